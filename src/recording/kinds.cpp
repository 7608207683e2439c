// SPDX-License-Identifier: MIT
#include "recording/kinds.hpp"

#include <array>

namespace sniperforge::recording {

std::string_view name_of(Kind call) {
    static constexpr std::array<std::string_view, static_cast<std::size_t>(Kind::CallLast) + 1>
        kNames{"",
               "connect_stages",
               "connect_transactions",
               "connect_funders",
               "connect_holders",
               "trade_for",
               "start",
               "resume",
               "rebuild",
               "recover",
               "adopt_outside",
               "go_live",
               "chain_update",
               "transaction",
               "round",
               "funder",
               "holders",
               "tick",
               "recheck",
               "signed",
               "leased",
               "sent",
               "report",
               "unbuildable",
               "finalized",
               "reversed",
               "enter",
               "flatten",
               "halt",
               "reconciled",
               "books_differ",
               "adopt",
               "begin_check",
               "end_check",
               "take_in",
               "withdrawn",
               "know_accounts",
               "metadata",
               "settings_changed",
               "begin_rung",
               "enforce_ladder",
               "obey",
               "path_chosen",
               "note_past",
               "hold_again",
               "prepare_resume",
               "let_go",
               "lose_key",
               "know_creators",
               "connect_round_trips",
               "round_trip"};
    static_assert(!kNames.back().empty(), "a kind has no name");
    return kNames.at(static_cast<std::size_t>(call));
}

}  // namespace sniperforge::recording
