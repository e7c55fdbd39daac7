"""What every training stands on: samples, one loop, state that resumes exactly."""
