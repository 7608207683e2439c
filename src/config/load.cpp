// SPDX-License-Identifier: MIT
#include "sniperforge/config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "config/keys.hpp"
#include "config/relations.hpp"
#include "config/strict_yaml.hpp"
#include "config/values.hpp"

namespace sniperforge::config {
namespace {

void read_section(const Entry& entry, const std::vector<Section>& sections, Problems& problems) {
    const auto section = std::find_if(sections.begin(), sections.end(),
                                      [&](const Section& s) { return s.name == entry.key; });
    if (section != sections.end()) {
        read_keys(entry.value, section->keys, section->name, problems);
        return;
    }
    // A key at the wrong depth is found by its name.
    for (const Section& other : sections) {
        for (const Key& key : other.keys) {
            if (key.name == entry.key) {
                problems.push_back(
                    {entry.line, fmt::format("{} is not a section; write it below {}:",
                                             quoted(entry.key), other.name)});
                return;
            }
        }
    }
    const std::string meant = nearest_name(entry.key, sections);
    problems.push_back(
        {entry.line, fmt::format("{} is not a section{}", quoted(entry.key),
                                 meant.empty() ? "; config show lists them"
                                               : fmt::format("; did you mean {}?", meant))});
}

// "risk.trade_max_usd" to its line, and "sniper.recipes[0].amount_sol" to its.
using Lines = std::map<std::string, int, std::less<>>;
void add_lines(const Node& node, const std::string& path, Lines& lines) {
    for (const Entry& entry : node.entries) {
        const std::string name = path.empty() ? entry.key : fmt::format("{}.{}", path, entry.key);
        lines.emplace(name, entry.line);
        add_lines(entry.value, name, lines);
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        add_lines(node.items[i], fmt::format("{}[{}]", path, i), lines);
    }
}

LoadErrors to_errors(const std::string& name, Problems problems) {
    sort_by_line(problems);
    LoadErrors errors;
    for (const Problem& problem : problems) {
        errors.problems.push_back(fmt::format("{}:{}: {}", name, problem.line, problem.text));
    }
    return errors;
}

}  // namespace

std::string LoadErrors::text() const {
    return fmt::format("{}{}", fmt::join(problems, "\n"), problems.empty() ? "" : "\n");
}

std::expected<Settings, LoadErrors> load_text(std::string_view yaml, const std::string& name) {
    Document document = read_yaml(yaml);
    Problems problems = std::move(document.problems);
    Settings settings;
    if (document.root && document.root->kind == Node::Kind::Mapping) {
        const std::vector<Section> sections = sections_of(settings);
        for (const Entry& entry : document.root->entries) {
            read_section(entry, sections, problems);
        }
        Lines lines;
        add_lines(*document.root, {}, lines);
        const auto line_of = [&](std::string_view key) {
            const auto found = lines.find(key);
            const bool is_wrong =
                found != lines.end() &&
                std::any_of(problems.begin(), problems.end(), [&](const Problem& problem) {
                    return problem.line == found->second && problem.text.starts_with(key);
                });
            return found == lines.end() || is_wrong ? 0 : found->second;
        };
        check_relations(settings, line_of, problems);
    } else if (document.root && document.root->kind != Node::Kind::Null) {
        problems.push_back({document.root->line, "write sections with keys, like risk: below"});
    }
    if (!problems.empty()) {
        return std::unexpected{to_errors(name, std::move(problems))};
    }
    return settings;
}

std::expected<Settings, LoadErrors> load_file(const std::string& path) {
    const FileText file = read_text_file(path, kFileBytesMax);
    if (!file.problem.empty()) {
        return std::unexpected{LoadErrors{{fmt::format("{}: {}", path, file.problem)}}};
    }
    return load_text(file.text, path);
}

std::string show(const Settings& settings) {
    Settings copy = settings;  // Keys bind to an object that may change.
    std::string text;
    for (const Section& section : sections_of(copy)) {
        text += fmt::format("{}:\n", section.name);
        for (const Key& key : section.keys) {
            text += fmt::format("  {}: {}  # {}\n", key.name, key.write(),
                                key.is_live ? "live" : "restart");
        }
    }
    return text;
}

std::string show_json(const Settings& settings) {
    Settings copy = settings;
    std::vector<std::string> sections;
    for (const Section& section : sections_of(copy)) {
        std::vector<std::string> keys;
        for (const Key& key : section.keys) {
            keys.push_back(fmt::format("{}:{}", json_string(key.name), key.write()));
        }
        sections.push_back(
            fmt::format("{}:{{{}}}", json_string(section.name), fmt::join(keys, ",")));
    }
    return fmt::format("{{{}}}", fmt::join(sections, ","));
}

std::vector<KeyInfo> known_keys() {
    Settings defaults;
    EndpointSettings endpoint;
    LaneSettings lane;
    SniperRecipe recipe;
    SniperStage stage;
    ProfitStep step;
    std::vector<KeyInfo> infos;
    const auto add_fields = [&infos](const std::string& list, const std::vector<Key>& fields,
                                     bool is_live) {
        for (const Key& field : fields) {
            infos.push_back({fmt::format("{}[].{}", list, field.name),
                             field.range,
                             field.is_required ? "none" : field.write(),
                             is_live,
                             {}});
        }
    };
    for (const Section& section : sections_of(defaults)) {
        for (const Key& key : section.keys) {
            const std::string name = fmt::format("{}.{}", section.name, key.name);
            infos.push_back(
                {name, key.range, key.write(), key.is_live, std::string{words_of(key.looser)}});
            if (name == "network.endpoints") {
                add_fields(name, keys_of(endpoint), key.is_live);
            } else if (name == "execution.lanes") {
                add_fields(name, keys_of(lane), key.is_live);
            } else if (name == "sniper.recipes") {
                add_fields(name, keys_of(recipe), key.is_live);
                add_fields(name + "[].stages", keys_of(stage), key.is_live);
            } else if (name == "exits.take_profit_ladder") {
                add_fields(name, keys_of(step), key.is_live);
            }
        }
    }
    return infos;
}

}  // namespace sniperforge::config
