"""What stands beside the product: other servers, and the same work done in the plainest way."""
