// SPDX-License-Identifier: MIT
// Accounts as nodes print them for jsonParsed, as far as there is a parser here: token accounts,
// mints and multisigs of both token programs, durable nonces and address lookup tables.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sim/json_account.hpp"
#include "sniperforge/sim/chain.hpp"

namespace sniperforge::sim {

// {"program":..,"parsed":{"info":{..},"type":..},"space":..}. Nothing where a node falls back to
// base64: for programs and data that it has no parser for, and for a token account whose mint is
// not there, without which its decimals are unknown. Also, unlike a node, for a mint with an
// extension that is not written here (see docs/simulation.md) and the accounts of such a mint.
[[nodiscard]] std::optional<std::string> parsed_data(const Account& account,
                                                     const AccountFinder& find);
// Lists of a token program's accounts leave out, with jsonParsed, what has no parsed form.
[[nodiscard]] bool is_listed(const Account& account, AccountEncoding encoding,
                             const AccountFinder& find);

}  // namespace sniperforge::sim
