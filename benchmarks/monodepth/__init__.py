"""What monodepth costs beside the original."""
