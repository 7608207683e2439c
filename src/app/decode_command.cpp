// SPDX-License-Identifier: MIT
#include "app/decode_command.hpp"

#include <cstdio>

#include "app/commands.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] std::string json_of(const DecodedFile& file) {
    JsonFields out;
    out.text("file", file.file).boolean("ok", file.error.empty());
    if (!file.error.empty()) {
        return out.text("error", file.error).object();
    }
    out.text("kind", file.kind)
        .key("pubkey", file.pubkey)
        .key("owner", file.owner)
        .raw("fields", file.fields.object());
    if (!file.findings.empty()) {
        std::vector<std::string> findings;
        for (const JsonFields& finding : file.findings) {
            findings.push_back(finding.object());
        }
        out.raw("findings", json_array(findings));
    }
    return out.object();
}

// Without quotes, where it is one text.
[[nodiscard]] std::string shown(const std::string& json) {
    const bool is_text = json.size() >= 2 && json.front() == '"';
    return is_text ? json.substr(1, json.size() - 2) : json;
}

void print_text(const DecodedFile& file) {
    if (!file.error.empty()) {
        fmt::print("{}: error: {}\n", file.file, file.error);
        return;
    }
    fmt::print("{}: {}\n", file.file, file.kind);
    for (const auto& [name, json] : file.fields.members()) {
        fmt::print("  {:<28} {}\n", name, shown(json));
    }
    for (const JsonFields& finding : file.findings) {
        std::string line;
        for (const auto& [name, json] : finding.members()) {
            line += name == "code" ? fmt::format("{:<28}", shown(json))
                                   : fmt::format(" {} {}", name, shown(json));
        }
        fmt::print("  {}\n", line);
    }
}

}  // namespace

int print_decoded(const std::vector<DecodedFile>& files, bool is_json) {
    bool is_all_ok = true;
    std::vector<std::string> objects;
    for (const DecodedFile& file : files) {
        is_all_ok = is_all_ok && file.error.empty();
        if (is_json) {
            objects.push_back(json_of(file));
        } else {
            print_text(file);
        }
    }
    if (is_json) {
        fmt::print("[{}]\n", fmt::join(objects, ",\n "));
    }
    return is_all_ok ? kExitOk : kExitFailed;
}

}  // namespace sniperforge::app
