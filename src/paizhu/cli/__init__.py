"""The console command `paizhu`."""
