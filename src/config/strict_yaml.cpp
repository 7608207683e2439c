// SPDX-License-Identifier: MIT
#include "config/strict_yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sstream>

#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::config {
namespace {

int line_of(const YAML::Mark& mark) { return std::max(mark.line, 0) + 1; }

// Builds the tree from the parser's events: yaml-cpp's own tree has lost duplicates and quotes.
class TreeBuilder final : public YAML::EventHandler {
 public:
    explicit TreeBuilder(Document& document) : document_{document} {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        check_plain(mark, "?", anchor);
        Node node;
        node.line = line_of(mark);
        if (is_key_next()) {
            problem(node.line, "a key is empty; write a name before the colon");
        }
        add(std::move(node));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        problem(line_of(mark), "aliases (*name) are not supported; write the value out");
        Node node;
        node.line = line_of(mark);
        add(std::move(node));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check_plain(mark, tag, anchor);
        Node node;
        node.kind = Node::Kind::Scalar;
        node.line = line_of(mark);
        node.text = value;
        node.is_quoted = tag == "!";
        add(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Node::Kind::List);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Node::Kind::Mapping);
    }
    void OnMapEnd() override { close(); }

 private:
    struct Frame {
        Node node;
        bool has_key = false;  // A mapping's key was read, its value was not.
        std::string key;
        int key_line = 1;
    };

    void problem(int line, std::string text) {
        document_.problems.push_back({line, std::move(text)});
    }
    // The parser marks untagged plain text "?" and untagged quoted text "!".
    void check_plain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor) {
            problem(line_of(mark), "anchors (&name) are not supported; write the value out");
        }
        if (!tag.empty() && tag != "?" && tag != "!") {
            problem(line_of(mark),
                    fmt::format("the tag {} is not supported; remove it", quoted(tag)));
        }
    }
    bool is_key_next() const {
        return !frames_.empty() && frames_.back().node.kind == Node::Kind::Mapping &&
               !frames_.back().has_key;
    }
    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              Node::Kind kind) {
        check_plain(mark, tag, anchor);
        Frame frame;
        frame.node.kind = kind;
        frame.node.line = line_of(mark);
        frames_.push_back(std::move(frame));
    }
    void close() {
        Node node = std::move(frames_.back().node);
        frames_.pop_back();
        add(std::move(node));
    }
    void add(Node node) {
        if (frames_.empty()) {
            document_.root = std::move(node);
            return;
        }
        Frame& parent = frames_.back();
        if (parent.node.kind == Node::Kind::List) {
            parent.node.items.push_back(std::move(node));
        } else if (!parent.has_key) {
            add_key(parent, node);
        } else {
            add_entry(parent, std::move(node));
        }
    }
    void add_key(Frame& parent, const Node& node) {
        if (node.kind == Node::Kind::List || node.kind == Node::Kind::Mapping) {
            problem(node.line, "a list or mapping stands where a key was expected");
        }
        parent.has_key = true;
        parent.key = node.text;
        parent.key_line = node.line;
    }
    void add_entry(Frame& parent, Node node) {
        parent.has_key = false;
        for (const Entry& entry : parent.node.entries) {
            if (entry.key == parent.key) {
                problem(parent.key_line, fmt::format("{} was written before, in line {}; keep one",
                                                     quoted(parent.key), entry.line));
                return;
            }
        }
        parent.node.entries.push_back({parent.key, parent.key_line, std::move(node)});
    }

    Document& document_;
    std::vector<Frame> frames_;
};

// Length of the UTF-8 character at the front, 0 when there is none (RFC 3629).
std::size_t character_bytes(std::string_view text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = at(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((at(i) & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    const bool is_overlong = (first == 0xE0 && at(1) < 0xA0) || (first == 0xF0 && at(1) < 0x90);
    const bool is_surrogate = first == 0xED && at(1) > 0x9F;
    const bool is_above_range = first == 0xF4 && at(1) > 0x8F;
    return is_overlong || is_surrogate || is_above_range ? 0 : length;
}

// What must not stand in the text at all; the first occurrence of each line.
Problems check_characters(std::string_view text) {
    Problems problems;
    int line = 1;
    bool is_indentation = true;
    bool is_line_reported = false;
    const auto report = [&](std::string what) {
        if (!is_line_reported) {
            problems.push_back({line, std::move(what)});
        }
        is_line_reported = true;
    };
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = character_bytes(text.substr(i));
        const char c = text[i];
        if (length == 0) {
            report("a byte is not UTF-8; save the file as UTF-8");
        } else if (c == '\n') {
            ++line;
            is_indentation = true;
            is_line_reported = false;
        } else if (c == '\t' && is_indentation) {
            report("a tab stands in the indentation; use spaces");
        } else if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r') || c == 0x7F) {
            report(fmt::format("the control character {:#04x} is not allowed",
                               static_cast<unsigned char>(c)));
        } else if (c != ' ') {
            is_indentation = false;
        }
        i += std::max<std::size_t>(length, 1);
    }
    return problems;
}

}  // namespace

void sort_by_line(Problems& problems) {
    // Not std::stable_sort: clang calls libstdc++ 12's deprecated. They come nearly sorted.
    Problems sorted;
    for (Problem& problem : problems) {
        const auto place =
            std::upper_bound(sorted.begin(), sorted.end(), problem,
                             [](const Problem& a, const Problem& b) { return a.line < b.line; });
        sorted.insert(place, std::move(problem));
    }
    problems = std::move(sorted);
}

Document read_yaml(std::string_view text) {
    Document document;
    document.problems = check_characters(text);
    if (!document.problems.empty()) {
        return document;
    }
    // yaml-cpp 0.7 overlooks a quote that is never closed when a line break ends the text.
    const auto last = text.find_last_not_of(" \r\n");
    text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
    try {
        std::istringstream in{std::string{text}};
        YAML::Parser parser{in};
        TreeBuilder builder{document};
        if (!parser.HandleNextDocument(builder)) {
            document.root = Node{};
            return document;
        }
        Document second;
        TreeBuilder second_builder{second};
        if (parser.HandleNextDocument(second_builder)) {
            const int line = second.root ? second.root->line : 1;
            document.problems.push_back(
                {line, "a second document (after ---) is not read; remove it"});
        }
    } catch (const YAML::Exception& error) {
        document.root.reset();
        document.problems.push_back(
            {line_of(error.mark), fmt::format("not valid YAML: {}", error.msg)});
    } catch (const std::exception& error) {
        document.root.reset();
        document.problems.push_back({1, fmt::format("not readable as YAML: {}", error.what())});
    }
    return document;
}

FileText read_text_file(const std::string& path, std::size_t bytes_max) {
    FileText file;
    const auto close = [](std::FILE* stream) { (void)std::fclose(stream); };
    const std::unique_ptr<std::FILE, decltype(close)> stream{std::fopen(path.c_str(), "rbe"),
                                                             close};
    if (!stream) {
        file.problem = fmt::format("cannot be opened: {}", std::strerror(errno));
        return file;
    }
    file.text.resize(bytes_max + 1);
    const std::size_t size = std::fread(file.text.data(), 1, file.text.size(), stream.get());
    if (std::ferror(stream.get()) != 0) {
        file.problem = fmt::format("cannot be read: {}", std::strerror(errno));
    } else if (size > bytes_max) {
        file.problem = fmt::format("is longer than {} bytes", bytes_max);
    }
    file.text.resize(file.problem.empty() ? size : 0);
    return file;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t kShownMax = 40;
    std::size_t shown = std::min(text.size(), kShownMax);
    while (shown > 0 && shown < text.size() &&
           (static_cast<unsigned char>(text[shown]) & 0xC0U) == 0x80U) {
        --shown;  // Not inside a character.
    }
    return fmt::format("\"{}{}\"", telemetry::escape_control(text.substr(0, shown)),
                       shown < text.size() ? "..." : "");
}

}  // namespace sniperforge::config
