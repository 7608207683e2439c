// SPDX-License-Identifier: MIT
// A YAML subset without surprises, as a tree with line numbers. Everything that YAML has and a
// settings file does not need is a problem: duplicate keys, anchors and aliases, tags, a second
// document, tabs as indentation, bytes that are not UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sniperforge::config {

struct Entry;

struct Node {
    enum class Kind { Null, Scalar, List, Mapping };

    Kind kind = Kind::Null;
    int line = 1;            // Counts from 1.
    std::string text;        // Of a scalar, unquoted.
    bool is_quoted = false;  // "1" and '1' are; 1 is not.
    std::vector<Node> items;
    std::vector<Entry> entries;  // In file order, without duplicates.
};

struct Entry {
    std::string key;
    int line = 1;
    Node value;
};

struct Problem {
    int line = 1;
    std::string text;
};
using Problems = std::vector<Problem>;
// Problems of one line stay in the order in which they were found.
void sort_by_line(Problems& problems);

// What could be read, and what is wrong. Empty text gives a Null node. With a syntax error there is
// no tree.
struct Document {
    std::optional<Node> root;
    Problems problems;
};
[[nodiscard]] Document read_yaml(std::string_view text);

// At most this much is read: a settings file is a few KiB.
inline constexpr std::size_t kFileBytesMax = std::size_t{1} << 20U;
// The file's text or a text about why not.
struct FileText {
    std::string text;
    std::string problem;
};
[[nodiscard]] FileText read_text_file(const std::string& path, std::size_t bytes_max);

// Text from the file for a message: in quotes, control characters written out, at most 40 bytes.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace sniperforge::config
