// SPDX-License-Identifier: MIT
#include "app/manual_command.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "app/commands.hpp"
#include "app/json_fields.hpp"
#include "sniperforge/engine/held_causes.hpp"
#include "sniperforge/model/standing_json.hpp"

namespace sniperforge::app {
namespace {

using engine::OperatorCommand;
using engine::OperatorVerb;

[[nodiscard]] std::optional<OperatorVerb> verb_of(std::string_view word) {
    for (int i = 0; i <= static_cast<int>(engine::kOperatorVerbLast); ++i) {
        if (to_string(static_cast<OperatorVerb>(i)) == word) {
            return static_cast<OperatorVerb>(i);
        }
    }
    return std::nullopt;
}

[[nodiscard]] std::string positions_json(const std::vector<PositionView>& positions) {
    std::string json;
    for (const PositionView& position : positions) {
        json += fmt::format(R"({}{{"position":{},"mint":"{}","amount":"{}"}})",
                            json.empty() ? "" : ",", position.position_id.value,
                            position.mint.to_string(), position.amount.raw());
    }
    return fmt::format("[{}]", json);
}

}  // namespace

std::string line_of(const OperatorCommand& command) {
    return fmt::format(R"({} {{"reason":{},"outside":{}}})", to_string(command.verb),
                       json_quoted(command.reason), command.is_outside_sold);
}

Result<void> check_reason(std::string_view reason) {
    if (reason.size() > engine::kReasonBytesMax) {
        return fail(fmt::format("the reason has {} bytes, at most {} are kept: say it shorter",
                                reason.size(), engine::kReasonBytesMax));
    }
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    };
    if (std::ranges::any_of(reason, is_control)) {
        return fail("the reason has a line break or another control character: write one line");
    }
    if (!simdjson::validate_utf8(reason.data(), reason.size())) {
        return fail("the reason is not UTF-8 text");
    }
    return {};
}

std::optional<Result<OperatorCommand>> command_of(std::string_view line) {
    const std::size_t space = line.find(' ');
    const auto verb = verb_of(line.substr(0, space));
    if (!verb) {
        return std::nullopt;
    }
    OperatorCommand command{.verb = *verb};
    if (space == std::string_view::npos) {
        return command;
    }
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    std::string_view reason;
    const simdjson::padded_string text{line.substr(space + 1)};
    if (parser.parse(text).get(root) != simdjson::SUCCESS ||
        root["reason"].get(reason) != simdjson::SUCCESS ||
        root["outside"].get(command.is_outside_sold) != simdjson::SUCCESS) {
        return fail(fmt::format("{} takes {{\"reason\":TEXT,\"outside\":BOOLEAN}} behind it",
                                to_string(*verb)));
    }
    if (auto checked = check_reason(reason); !checked) {
        return Err{checked.error()};
    }
    command.reason = reason;
    return command;
}

void judge_resumed(ManualResult& result) {
    if (result.answer.after == TradingState::Active) {
        return;
    }
    result.exit_code = kExitRefused;
    result.problem = "no entries all the same";
    for (const StandingCause& each : result.answer.standing) {
        result.problem += fmt::format("; {}{}{}; ends with {}", to_string(each.cause),
                                      each.figures.empty() ? "" : ": ", each.figures, each.ending);
    }
}

void judge_flattened(ManualResult& result) {
    const bool is_signing = std::ranges::none_of(
        result.answer.standing,
        [](const StandingCause& each) { return each.cause == StateCause::KeyLost; });
    result.is_selling = is_signing && !result.answer.selling.empty();
    if (is_signing || result.answer.selling.empty()) {
        return;
    }
    result.exit_code = kExitRefused;
    result.problem = fmt::format(
        "nothing is sold: the process with the key has ended, and {} positions stay until there is "
        "one again; `sniperforge stop`, then `sniperforge rescue flatten`, or a start, which goes "
        "on with the flattening",
        result.answer.selling.size());
}

void note_unwritten(const OperatorCommand& command, ManualResult& result) {
    result.answer.is_journalled = false;
    result.exit_code = kExitFailed;
    if (!result.problem.empty()) {
        result.problem +=
            "; nor has the journal taken it: until it has, this ends with the process";
        return;
    }
    result.problem =
        command.verb == OperatorVerb::Resume
            ? "it is not done yet: its record is not on the disk, and until it is what stood "
              "stands, also at a start; it is done by itself then, and `pause` keeps entries out "
              "all the same; `status` and the log say what is wrong with the disk"
            : "it is done, but the journal has not taken it: until it has, this ends with the "
              "process; `status` and the log say what is wrong with the disk";
}

std::string kept_json(const std::map<Pubkey, TokenAmount>& kept) {
    std::string json;
    for (const auto& [mint, amount] : kept) {
        json += fmt::format(
            R"({}{{"mint":"{}","amount":"{}","reason":"signer.tokens_kept has it, so that no order for it is signed: take it out and restart to sell it"}})",
            json.empty() ? "" : ",", mint.to_string(), amount.raw());
    }
    return fmt::format("[{}]", json);
}

std::string to_json(const OperatorCommand& command, const ManualResult& result) {
    const engine::OperatorAnswer& answer = result.answer;
    const auto state = [&](TradingState each) {
        return result.write_number == 0 ? "null" : json_quoted(to_string(each));
    };
    return JsonFields{}
        .boolean("ok", result.exit_code == 0)
        .narrow("exit_code", result.exit_code)
        .text("command", to_string(command.verb))
        .text("problem", result.problem)
        .boolean("is_changed", answer.is_changed)
        .boolean("is_journalled", answer.is_journalled)
        .raw("state_before", state(answer.before))
        .raw("state", state(answer.after))
        .raw("standing", to_json(answer.standing))
        .raw("ended", to_json(answer.ended))
        .boolean("is_selling", result.is_selling)
        .raw("selling", positions_json(answer.selling))
        .raw("kept", kept_json(answer.kept))
        .object();
}

}  // namespace sniperforge::app
