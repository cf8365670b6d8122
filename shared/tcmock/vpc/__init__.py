"""Virtual Private Cloud: security groups, parameter templates, interfaces, networks (version 2017-03-12)."""
