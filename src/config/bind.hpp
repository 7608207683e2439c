// SPDX-License-Identifier: MIT
// Builders of Key, one for each kind of member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/keys.hpp"
#include "config/url.hpp"
#include "config/values.hpp"

namespace sniperforge::config {

[[nodiscard]] Key usd_key(std::string name, MicroUsd& member, AmountRange whole_usd);
// Limits in lamports.
[[nodiscard]] Key sol_key(std::string name, Lamports& member, AmountRange range);
[[nodiscard]] Key count_key(std::string name, std::uint32_t& member, std::string unit,
                            AmountRange range);
[[nodiscard]] Key count_key(std::string name, std::uint64_t& member, std::string unit,
                            AmountRange range);
[[nodiscard]] Key basis_points_key(std::string name, BasisPoints& member, AmountRange range);
[[nodiscard]] Key compute_units_key(std::string name, ComputeUnits& member, AmountRange range);
[[nodiscard]] Key unit_price_key(std::string name, ComputeUnitPrice& member, AmountRange range);
// The names end in _ms and _s.
[[nodiscard]] Key milliseconds_key(std::string name, Duration& member, AmountRange range);
[[nodiscard]] Key seconds_key(std::string name, Duration& member, AmountRange range);
[[nodiscard]] Key rate_key(std::string name, double& member, std::string unit, RateRange range);
[[nodiscard]] Key boolean_key(std::string name, bool& member);
// Any text; `range` says what is meant.
[[nodiscard]] Key text_key(std::string name, std::string& member, std::string range);
[[nodiscard]] Key choice_key(std::string name, std::string& member,
                             std::vector<std::string> choices);
// A list of these, each at most once and at least one.
[[nodiscard]] Key choices_key(std::string name, std::vector<std::string>& member,
                              std::vector<std::string> choices);
// The same, none of them too.
[[nodiscard]] Key names_key(std::string name, std::vector<std::string>& member,
                            std::vector<std::string> choices);
// Letters, digits, - and _: endpoint names and HTTP header names.
[[nodiscard]] Key word_key(std::string name, std::string& member);
[[nodiscard]] Key url_key(std::string name, std::string& member);
// A URL, or a reference to one in `reference`.
[[nodiscard]] Key url_or_reference_key(std::string name, std::string& member,
                                       std::string& reference, UrlScheme scheme);
[[nodiscard]] Key secret_key(std::string name, std::optional<Secret>& member);
// One, or "" for none.
[[nodiscard]] Key pubkey_key(std::string name, std::optional<Pubkey>& member);
[[nodiscard]] Key pubkeys_key(std::string name, std::vector<Pubkey>& member);
[[nodiscard]] Key url_or_none_key(std::string name, std::string& member);
// An address that only this machine reaches, or "" for none.
[[nodiscard]] Key loopback_key(std::string name, std::string& member);
// Lists of what has keys of its own, and mostly a name (bind_lists.cpp).
[[nodiscard]] Key endpoints_key(std::string name, std::vector<EndpointSettings>& member);
[[nodiscard]] Key lanes_key(std::string name, std::vector<LaneSettings>& member);
[[nodiscard]] Key recipes_key(std::string name, std::vector<SniperRecipe>& member);
[[nodiscard]] Key stages_key(std::string name, std::vector<SniperStage>& member);
[[nodiscard]] Key profit_steps_key(std::string name, std::vector<ProfitStep>& member);

}  // namespace sniperforge::config
