// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/types.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sniperforge::rpc {
namespace {

constexpr std::size_t kAnswerTextMax = 512;

}  // namespace

bool RpcError::is_refusal() const {
    constexpr int kPreflightFailure = -32002;
    constexpr int kSignatureFailure = -32003;
    constexpr int kInvalidParams = -32602;
    return kind == Kind::Node &&
           (code == kPreflightFailure || code == kSignatureFailure || code == kInvalidParams) &&
           data.find("AlreadyProcessed") == std::string::npos;
}

bool BroadcastResult::is_nowhere() const {
    return waiting == 0 && std::ranges::all_of(answers, [](const Answer& each) {
               return !each.answer &&
                      (each.answer.error().is_not_taken() || each.answer.error().is_refusal());
           });
}

bool BroadcastResult::has_refusal() const {
    return std::ranges::any_of(answers, [](const Answer& each) {
        return !each.answer && each.answer.error().is_refusal();
    });
}

bool RpcError::is_not_taken() const {
    constexpr int kUnknownMethod = -32601;
    constexpr int kNodeBehind = -32005;  // Also how some gateways say "too many requests".
    switch (kind) {
        case Kind::Transport:
            return !was_written;
        case Kind::RateLimited:
            return true;
        case Kind::Http:
            return (code >= 401 && code <= 407) || code == 429;
        case Kind::Node:
            return code == kUnknownMethod || code == kNodeBehind;
        case Kind::BadReply:
            return false;
    }
    return false;
}

std::string RpcError::text() const {
    switch (kind) {
        case Kind::Transport:
            return fmt::format("no answer: {}{}", message,
                               was_written ? " (the request may have arrived)" : "");
        case Kind::RateLimited:
            return fmt::format("rate limited ({}): {}", code, message);
        case Kind::Http:
            return fmt::format("HTTP status {}: {}", code, message);
        case Kind::Node:
            return data.empty() ? fmt::format("node error {}: {}", code, message)
                                : fmt::format("node error {}: {} {}", code, message, data);
        case Kind::BadReply:
            return fmt::format("unreadable reply: {}", message);
    }
    return message;
}

std::optional<Pubkey> program_failed(std::string_view log_line) {
    constexpr std::string_view kBegin = "Program ", kEnd = " failed: ";
    const auto end = log_line.find(kEnd);
    if (!log_line.starts_with(kBegin) || end == std::string_view::npos || end < kBegin.size()) {
        return std::nullopt;
    }
    const auto key = Pubkey::parse(log_line.substr(kBegin.size(), end - kBegin.size()));
    return key ? std::optional{*key} : std::nullopt;
}

std::string BroadcastResult::text() const {
    std::string text;
    for (const Answer& each : answers) {
        std::string said = each.answer ? "accepted" : each.answer.error().text();
        if (said.size() > kAnswerTextMax) {
            said.resize(kAnswerTextMax);
            said += "...";
        }
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", each.endpoint, said);
    }
    return text.empty() ? "no endpoint was asked" : text;
}

}  // namespace sniperforge::rpc
