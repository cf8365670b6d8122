"""Virtual Private Cloud: security groups, networks, subnets (version 2017-03-12)."""
