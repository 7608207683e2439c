// SPDX-License-Identifier: MIT
#include "sniperforge/config/flat_mapping.hpp"

#include <fmt/format.h>

#include "config/strict_yaml.hpp"

namespace sniperforge::config {

Result<std::vector<FlatEntry>> parse_flat_mapping(std::string_view yaml, const std::string& name) {
    Document document = read_yaml(yaml);
    Problems problems = std::move(document.problems);
    std::vector<FlatEntry> entries;
    if (document.root && document.root->kind == Node::Kind::Mapping) {
        for (const Entry& entry : document.root->entries) {
            if (entry.value.kind != Node::Kind::Scalar) {
                problems.push_back(
                    {entry.line, fmt::format("{}: write one value on the same line", entry.key)});
                continue;
            }
            entries.push_back({entry.key, entry.value.text, entry.line});
        }
    } else if (document.root && document.root->kind != Node::Kind::Null) {
        problems.push_back({document.root->line, "write lines of the form key: value"});
    }
    if (!problems.empty()) {
        sort_by_line(problems);
        std::vector<std::string> lines;
        for (const Problem& problem : problems) {
            lines.push_back(fmt::format("{}:{}: {}", name, problem.line, problem.text));
        }
        return fail(fmt::format("{}", fmt::join(lines, "\n")));
    }
    return entries;
}

Result<std::vector<FlatEntry>> read_flat_mapping(const std::string& path) {
    const FileText file = read_text_file(path, kFileBytesMax);
    if (!file.problem.empty()) {
        return fail(fmt::format("{}: {}", path, file.problem));
    }
    return parse_flat_mapping(file.text, path);
}

}  // namespace sniperforge::config
