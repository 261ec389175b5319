"""The whole graph as a folder of files for any host: pages, dumps and metadata."""
