"""What the pages of the review app share. Computes nothing: all of it comes from `synth_core`."""
