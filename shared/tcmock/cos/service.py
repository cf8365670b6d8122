"""What a state document says of cos. Its operations are in `operations`: they are no actions of API 3.0."""

from __future__ import annotations

from tcmock.cos import document
from tcmock.invocation import Product
from tcmock.section import Section

COS = Product(
    services=(),
    region_sections=(Section("buckets", document.add_bucket, document.dump_buckets),),
)
