# Included by leveldb's project(): gives its library a precompiled header.
cmake_language(DEFER CALL target_precompile_headers leveldb PRIVATE <algorithm> <map> <memory> <string> <vector>)
