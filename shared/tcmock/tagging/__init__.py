"""The product tag: which resources have which tags, across all other products and regions."""
