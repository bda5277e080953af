"""What people see. No SQL, no parsing, no thresholds."""
