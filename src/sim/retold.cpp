// SPDX-License-Identifier: MIT
#include "sim/retold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {
namespace {

// Names that everything rests on. Each is one that nodes have renamed, moved or left out between
// versions, or could.
constexpr std::array<std::string_view, 16> kFields{
    "result",       "value",       "context", "slot",      "lamports",
    "owner",        "data",        "err",     "amount",    "confirmationStatus",
    "postBalances", "preBalances", "meta",    "blockhash", "lastValidBlockHeight",
    "confirmations"};

// As write_account() puts them.
constexpr std::string_view kDataBegin = R"({"data":[")", kDataEnd = R"(","base64"])",
                           kOwner = R"("owner":")";
constexpr std::size_t kKindBytes = 8;

// Programs with accounts of a layout of their own, which they may change.
[[nodiscard]] bool is_upgradeable(const Pubkey& program) {
    constexpr std::array kNever{solana::kSystemProgram, solana::kTokenProgram,
                                solana::kToken2022Program};
    return std::ranges::find(kNever, program) == kNever.end();
}

// The account's data in its new form; nothing where it stays.
[[nodiscard]] std::optional<std::string> new_form(NodeCondition& condition, std::string_view data,
                                                  std::string_view owner) {
    const auto program = Pubkey::parse(owner);
    auto bytes = base64_decode(data);
    if (!program || !is_upgradeable(*program) || !bytes || bytes->size() < kKindBytes) {
        return std::nullopt;
    }
    if (condition.faults.is_account_kind_new) {
        condition.counters.count(FaultKind::NewAccountKind);
        for (std::size_t i = 0; i < kKindBytes; ++i) {
            (*bytes)[i] ^= 0xff;
        }
    }
    if (condition.faults.account_bytes_more > 0) {
        condition.counters.count(FaultKind::LongerAccount);
        bytes->resize(bytes->size() + condition.faults.account_bytes_more, 0xa5);
    }
    return base64_encode(*bytes);
}

[[nodiscard]] std::string with_new_accounts(NodeCondition& condition, std::string_view text) {
    std::string out;
    while (true) {
        const std::size_t begin = text.find(kDataBegin);
        const std::size_t data = begin + kDataBegin.size();
        const std::size_t end = begin == text.npos ? text.npos : text.find(kDataEnd, data);
        const std::size_t owner = end == text.npos ? text.npos : text.find(kOwner, end);
        if (owner == text.npos) {
            return out.append(text);
        }
        const std::string_view program = text.substr(owner + kOwner.size());
        const auto changed = new_form(condition, text.substr(data, end - data),
                                      program.substr(0, program.find('"')));
        out.append(text.substr(0, data));
        out.append(changed ? std::string_view{*changed} : text.substr(data, end - data));
        text.remove_prefix(end);
    }
}

[[nodiscard]] std::string with_renamed_field(NodeCondition& condition, std::string_view text) {
    const std::string_view field = kFields[condition.rng.below(kFields.size())];
    const std::string key = fmt::format(R"("{}":)", field);
    if (text.find(key) == text.npos) {
        return std::string{text};
    }
    condition.counters.count(FaultKind::RenamedField);
    std::string out;
    for (std::size_t at = text.find(key); at != text.npos; at = text.find(key)) {
        out.append(text.substr(0, at)).append(fmt::format(R"("{}V2":)", field));
        text.remove_prefix(at + key.size());
    }
    return out.append(text);
}

[[nodiscard]] std::string with_space(NodeCondition& condition, std::string_view text) {
    condition.counters.count(FaultKind::SpacedAnswer);
    std::string out;
    bool is_quoted = false, is_escaped = false;
    for (const char each : text) {
        out.push_back(each);
        is_quoted = is_quoted != (each == '"' && !is_escaped);
        is_escaped = is_quoted && each == '\\' && !is_escaped;
        if (!is_quoted && (each == ':' || each == ',' || each == '[' || each == '{')) {
            out.push_back(each == '{' ? '\n' : ' ');
        }
    }
    return out;
}

}  // namespace

bool is_retelling(const NodeFaults& faults) {
    return faults.account_bytes_more > 0 || faults.is_account_kind_new ||
           faults.renamed_field_probability > 0 || faults.is_spaced;
}

std::string retold(NodeCondition& condition, std::string_view text) {
    const NodeFaults& faults = condition.faults;
    std::string out = faults.account_bytes_more > 0 || faults.is_account_kind_new
                          ? with_new_accounts(condition, text)
                          : std::string{text};
    const double probability = faults.renamed_field_probability;
    if (probability > 0 && condition.rng.chance(probability)) {
        out = with_renamed_field(condition, out);
    }
    return faults.is_spaced ? with_space(condition, out) : out;
}

}  // namespace sniperforge::sim
