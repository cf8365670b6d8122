"""What a deployment is made of in the cloud. Not part of the functions' zips."""
