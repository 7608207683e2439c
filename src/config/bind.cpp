// SPDX-License-Identifier: MIT
#include "config/bind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sniperforge/config/loopback.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::config {
namespace {

// A key whose value is one scalar.
Key scalar_key(std::string name, std::string range, std::function<Result<void>(const Node&)> read,
               std::function<std::string()> write, std::function<std::uint64_t()> number = {}) {
    Key key;
    key.name = std::move(name);
    key.range = std::move(range);
    key.read = [read = std::move(read), expected = key.range](
                   const Node& node, const std::string& path, Problems& problems) {
        if (node.kind != Node::Kind::Scalar) {
            problems.push_back(
                {node.line,
                 fmt::format("{}: a list or mapping stands here; write {}", path, expected)});
            return;
        }
        if (const auto result = read(node); !result) {
            problems.push_back({node.line, fmt::format("{}: {}", path, result.error().text)});
        }
    };
    key.write = std::move(write);
    key.number = std::move(number);
    return key;
}

// Stores a parsed value through `assign`, or passes the error on.
template <typename Value, typename Assign>
Result<void> store(Result<Value> parsed, Assign assign) {
    if (!parsed) {
        return Err<Error>{parsed.error()};
    }
    assign(*parsed);
    return {};
}

Key with_numbers(Key key, AmountRange range, unsigned decimals = 0) {
    key.numbers = range;
    key.decimals = decimals;
    return key;
}
Key with_choices(Key key, std::vector<std::string> choices) {
    key.choices = std::move(choices);
    return key;
}

template <typename Integer>
Key integer_key(std::string name, Integer& member, std::string unit, AmountRange range) {
    return with_numbers(
        scalar_key(
            std::move(name), describe(unit, range),
            [&member, unit, range](const Node& node) {
                return store(parse_whole(node, unit, range), [&](std::uint64_t value) {
                    member = static_cast<Integer>(value);  // The range's maximum fits.
                });
            },
            [&member] { return fmt::format("{}", member); }, [&member] { return member; }),
        range);
}

template <typename Unit>
Key quantity_key(std::string name, Quantity<Unit>& member, std::string unit, AmountRange range) {
    return with_numbers(scalar_key(
                            std::move(name), describe(unit, range),
                            [&member, unit, range](const Node& node) {
                                return store(
                                    parse_whole(node, unit, range),
                                    [&](std::uint64_t value) { member = Quantity<Unit>{value}; });
                            },
                            [&member] { return fmt::format("{}", member.raw()); },
                            [&member] { return member.raw(); }),
                        range);
}

template <typename Unit>
Key money_key(std::string name, Quantity<Unit>& member, Currency currency, AmountRange range) {
    return with_numbers(scalar_key(
                            std::move(name), describe(currency, range),
                            [&member, currency, range](const Node& node) {
                                return store(
                                    parse_money(node, currency, range),
                                    [&](std::uint64_t value) { member = Quantity<Unit>{value}; });
                            },
                            [&member, currency] {
                                return json_string(format_decimal(member.raw(), currency.scale));
                            },
                            [&member] { return member.raw(); }),
                        range, currency.scale);
}

template <typename Tick>
Key duration_key(std::string name, Duration& member, std::string unit, AmountRange range) {
    return with_numbers(
        scalar_key(
            std::move(name), describe(unit, range),
            [&member, unit, range](const Node& node) {
                return store(parse_whole(node, unit, range), [&](std::uint64_t value) {
                    member = Tick{static_cast<std::int64_t>(value)};
                });
            },
            [&member] {
                return fmt::format("{}", std::chrono::duration_cast<Tick>(member).count());
            },
            [&member] { return static_cast<std::uint64_t>(member.count()); }),
        range);
}

}  // namespace

Key usd_key(std::string name, MicroUsd& member, AmountRange whole_usd) {
    return money_key(std::move(name), member, kUsd,
                     {whole_usd.min * kMicroUsdPerUsd, whole_usd.max * kMicroUsdPerUsd});
}
Key sol_key(std::string name, Lamports& member, AmountRange range) {
    return money_key(std::move(name), member, kSol, range);
}
Key count_key(std::string name, std::uint32_t& member, std::string unit, AmountRange range) {
    return integer_key(std::move(name), member, std::move(unit), range);
}
Key count_key(std::string name, std::uint64_t& member, std::string unit, AmountRange range) {
    return integer_key(std::move(name), member, std::move(unit), range);
}
Key basis_points_key(std::string name, BasisPoints& member, AmountRange range) {
    return quantity_key(std::move(name), member, "bps", range);
}
Key compute_units_key(std::string name, ComputeUnits& member, AmountRange range) {
    return quantity_key(std::move(name), member, "compute units", range);
}
Key unit_price_key(std::string name, ComputeUnitPrice& member, AmountRange range) {
    return quantity_key(std::move(name), member, "micro-lamports per compute unit", range);
}
Key milliseconds_key(std::string name, Duration& member, AmountRange range) {
    return duration_key<std::chrono::milliseconds>(std::move(name), member, "ms", range);
}
Key seconds_key(std::string name, Duration& member, AmountRange range) {
    return duration_key<std::chrono::seconds>(std::move(name), member, "s", range);
}

Key rate_key(std::string name, double& member, std::string unit, RateRange range) {
    return scalar_key(
        std::move(name), describe(unit, range),
        [&member, unit, range](const Node& node) {
            return store(parse_rate(node, unit, range), [&](double value) { member = value; });
        },
        [&member] { return fmt::format("{}", member); });
}

Key boolean_key(std::string name, bool& member) {
    return with_choices(scalar_key(
                            std::move(name), "true or false",
                            [&member](const Node& node) {
                                return store(parse_boolean(node),
                                             [&](bool value) { member = value; });
                            },
                            [&member] { return std::string{member ? "true" : "false"}; },
                            [&member] { return std::uint64_t{member}; }),
                        {"false", "true"});
}

Key text_key(std::string name, std::string& member, std::string range) {
    return scalar_key(
        std::move(name), std::move(range),
        [&member](const Node& node) -> Result<void> {
            member = node.text;
            return {};
        },
        [&member] { return json_string(member); });
}

Key choice_key(std::string name, std::string& member, std::vector<std::string> choices) {
    std::string range = fmt::format("{}", fmt::join(choices, ", "));
    return with_choices(
        scalar_key(
            std::move(name), range,
            [&member, choices, range](const Node& node) -> Result<void> {
                if (std::find(choices.begin(), choices.end(), node.text) == choices.end()) {
                    return fail(fmt::format("{} is not one of {}", quoted(node.text), range));
                }
                member = node.text;
                return {};
            },
            [&member] { return json_string(member); }),
        choices);
}

namespace {

// Each at most once.
Key chosen_key(std::string name, std::vector<std::string>& member, std::vector<std::string> choices,
               bool is_none_allowed) {
    Key key;
    key.name = std::move(name);
    key.range = fmt::format("a list of {}", fmt::join(choices, ", "));
    key.read = [&member, choices, is_none_allowed, expected = key.range](
                   const Node& node, const std::string& path, Problems& problems) {
        if (node.kind != Node::Kind::List || (node.items.empty() && !is_none_allowed)) {
            problems.push_back(
                {node.line, fmt::format("{}: write {}, {}", path, expected,
                                        is_none_allowed ? "[] for none" : "at least one")});
            return;
        }
        std::vector<std::string> chosen;
        for (const Node& item : node.items) {
            const auto is_text = [&](const std::string& text) { return text == item.text; };
            if (item.kind != Node::Kind::Scalar || std::ranges::none_of(choices, is_text)) {
                problems.push_back(
                    {item.line, fmt::format("{}: {} is not one of {}", path, quoted(item.text),
                                            fmt::join(choices, ", "))});
            } else if (std::ranges::any_of(chosen, is_text)) {
                problems.push_back(
                    {item.line, fmt::format("{}: {} is listed twice; keep one", path, item.text)});
            } else {
                chosen.push_back(item.text);
            }
        }
        member = std::move(chosen);
    };
    key.items = [&member] { return member; };
    key.write = [&member] {
        std::vector<std::string> texts;
        for (const std::string& text : member) {
            texts.push_back(json_string(text));
        }
        return fmt::format("[{}]", fmt::join(texts, ", "));
    };
    return key;
}

}  // namespace

Key choices_key(std::string name, std::vector<std::string>& member,
                std::vector<std::string> choices) {
    return chosen_key(std::move(name), member, std::move(choices), false);
}

Key names_key(std::string name, std::vector<std::string>& member,
              std::vector<std::string> choices) {
    return chosen_key(std::move(name), member, std::move(choices), true);
}

Key word_key(std::string name, std::string& member) {
    constexpr std::size_t kBytesMax = 64;
    std::string range = fmt::format("1 to {} letters, digits, - and _", kBytesMax);
    return scalar_key(
        std::move(name), range,
        [&member, range](const Node& node) -> Result<void> {
            constexpr std::string_view kAllowed =
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
            if (node.text.empty() || node.text.size() > kBytesMax ||
                node.text.find_first_not_of(kAllowed) != std::string::npos) {
                return fail(
                    fmt::format("{} is not allowed here; write {}", quoted(node.text), range));
            }
            member = node.text;
            return {};
        },
        [&member] { return json_string(member); });
}

Key url_key(std::string name, std::string& member) {
    return scalar_key(
        name, "an https:// URL without a key",
        [&member](const Node& node) -> Result<void> {
            if (auto checked = check_url(node.text, UrlScheme::Http); !checked) {
                return checked;
            }
            if (!check_url_without_key(node.text, UrlScheme::Http, "url")) {
                return fail(
                    "the URL holds a user, a query or a key; write the plain URL and give "
                    "the key as api_key: env:NAME");
            }
            member = node.text;
            return {};
        },
        [&member] { return json_string(member); });
}

Key url_or_none_key(std::string name, std::string& member) {
    return scalar_key(
        name, "an https:// URL without a key, or \"\" for none",
        [&member, name](const Node& node) -> Result<void> {
            if (!node.text.empty()) {
                if (auto checked = check_url_without_key(node.text, UrlScheme::Http, name);
                    !checked) {
                    return checked;
                }
            }
            member = node.text;
            return {};
        },
        [&member] { return json_string(member); });
}

Key loopback_key(std::string name, std::string& member) {
    return scalar_key(
        std::move(name), "127.0.0.1:PORT, [::1]:PORT, or \"\" for none",
        [&member](const Node& node) -> Result<void> {
            if (!node.text.empty()) {
                if (const auto address = parse_loopback(node.text); !address) {
                    return Err{address.error()};
                }
            }
            member = node.text;
            return {};
        },
        [&member] { return json_string(member); });
}

Key url_or_reference_key(std::string name, std::string& member, std::string& reference,
                         UrlScheme scheme) {
    const std::string_view example = scheme == UrlScheme::Http ? "https://" : "wss://";
    Key key = scalar_key(
        name, fmt::format("an {} URL without a key, env:NAME or file:/path", example),
        [&member, &reference, scheme, name](const Node& node) -> Result<void> {
            if (is_reference(node.text)) {
                member.clear();
                reference = node.text;
                return {};
            }
            if (auto checked = check_url_without_key(node.text, scheme, name); !checked) {
                return checked;
            }
            member = node.text;
            reference.clear();
            return {};
        },
        [&member, &reference] { return json_string(reference.empty() ? member : reference); });
    key.is_required = true;
    return key;
}

Key secret_key(std::string name, std::optional<Secret>& member) {
    return scalar_key(
        std::move(name), "env:NAME, file:/path, or \"\" for none",
        [&member](const Node& node) -> Result<void> {
            if (node.text.empty()) {
                member.reset();
                return {};
            }
            if (!is_reference(node.text)) {
                return fail(
                    "this is not a reference, and secrets do not belong into this file; "
                    "write env:NAME for an environment variable or file:/path");
            }
            member = Secret{node.text, {}};
            return {};
        },
        [&member] { return json_string(member ? member->reference : std::string{}); });
}

Key pubkey_key(std::string name, std::optional<Pubkey>& member) {
    return scalar_key(
        std::move(name), "a public key in base58, or \"\" for none",
        [&member](const Node& node) -> Result<void> {
            if (node.text.empty()) {
                member.reset();
                return {};
            }
            const auto parsed = Pubkey::parse(node.text);
            if (!parsed) {
                return fail(
                    fmt::format("{} is not a public key (32 bytes in base58)", quoted(node.text)));
            }
            member = *parsed;
            return {};
        },
        [&member] { return json_string(member ? member->to_string() : std::string{}); });
}

Key pubkeys_key(std::string name, std::vector<Pubkey>& member) {
    Key key;
    key.name = std::move(name);
    key.range = "a list of public keys in base58";
    key.read = [&member, expected = key.range](const Node& node, const std::string& path,
                                               Problems& problems) {
        if (node.kind != Node::Kind::List) {
            problems.push_back(
                {node.line, fmt::format("{}: write {}, [] for none", path, expected)});
            return;
        }
        std::vector<Pubkey> keys;
        for (const Node& item : node.items) {
            const auto parsed = Pubkey::parse(item.text);
            if (item.kind != Node::Kind::Scalar || !parsed) {
                problems.push_back(
                    {item.line, fmt::format("{}: {} is not a public key (32 bytes in "
                                            "base58)",
                                            path, quoted(item.text))});
            } else if (std::find(keys.begin(), keys.end(), *parsed) != keys.end()) {
                problems.push_back(
                    {item.line, fmt::format("{}: {} is listed twice; keep one", path, item.text)});
            } else {
                keys.push_back(*parsed);
            }
        }
        member = std::move(keys);
    };
    const auto texts_of = [&member](const auto& shown) {
        std::vector<std::string> texts;
        for (const Pubkey& pubkey : member) {
            texts.push_back(shown(pubkey.to_string()));
        }
        return texts;
    };
    key.items = [texts_of] { return texts_of([](std::string text) { return text; }); };
    key.write = [texts_of] { return fmt::format("[{}]", fmt::join(texts_of(json_string), ", ")); };
    return key;
}

}  // namespace sniperforge::config
