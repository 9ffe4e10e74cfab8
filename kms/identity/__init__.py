"""Who is who: brands under several names, and products that several rows describe."""
