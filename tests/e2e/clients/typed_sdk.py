"""Run by the environment `sdk`: the vendor's typed clients, as an operator's script would use them."""

from __future__ import annotations

import json
import sys

from tencentcloud.common.credential import EnvironmentVariableCredential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.cvm.v20170312 import cvm_client
from tencentcloud.cvm.v20170312 import models as cvm
from tencentcloud.sts.v20180813 import models as sts
from tencentcloud.sts.v20180813 import sts_client
from tencentcloud.tke.v20180525 import models as tke
from tencentcloud.tke.v20180525 import tke_client
from tencentcloud.vpc.v20170312 import models as vpc
from tencentcloud.vpc.v20170312 import vpc_client


def main(endpoint: str, region: str, group_id: str) -> None:
    """Look around, then open etcd to the world; what was seen, as JSON."""
    key = EnvironmentVariableCredential().get_credential()
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=endpoint))
    caller = sts_client.StsClient(key, region, profile).GetCallerIdentity(sts.GetCallerIdentityRequest())
    clusters = tke_client.TkeClient(key, region, profile).DescribeClusters(tke.DescribeClustersRequest())
    instances = cvm_client.CvmClient(key, region, profile).DescribeInstances(cvm.DescribeInstancesRequest())
    network = vpc_client.VpcClient(key, region, profile)
    wanted = vpc.DescribeSecurityGroupPoliciesRequest()
    wanted.SecurityGroupId = group_id
    before = network.DescribeSecurityGroupPolicies(wanted).SecurityGroupPolicySet
    row = vpc.SecurityGroupPolicy()
    row.Protocol, row.Port, row.CidrBlock, row.Action = "TCP", "2379", "0.0.0.0/0", "ACCEPT"
    change = vpc.CreateSecurityGroupPoliciesRequest()
    change.SecurityGroupId = group_id
    change.SecurityGroupPolicySet = vpc.SecurityGroupPolicySet()
    change.SecurityGroupPolicySet.Version = before.Version
    change.SecurityGroupPolicySet.Ingress = [row]
    changed = network.CreateSecurityGroupPolicies(change)
    seen = {
        "account": caller.AccountId,
        "clusters": {cluster.ClusterId: cluster.ClusterType for cluster in clusters.Clusters},
        "instances": instances.TotalCount,
        "version": before.Version,
        "rows": len(before.Ingress),
        "request_id": changed.RequestId,
    }
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
