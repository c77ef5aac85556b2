"""What the questions share: servers, load, open pages, a filled store, the table and the chart."""
