"""What comes from elsewhere: deliveries of systems with their receipts, and the predecessor's data."""
