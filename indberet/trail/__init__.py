"""What the trail tells: a citizen, when and why somebody looked; a municipality, whether looks had a reason."""
