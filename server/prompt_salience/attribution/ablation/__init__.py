"""Methods that work on whole units: what becomes of the response when units of the prompt are not there."""
