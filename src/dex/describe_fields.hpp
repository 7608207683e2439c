// SPDX-License-Identifier: MIT
// What the descriptions of all venues are made with.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dex/account_kind.hpp"
#include "dex/account_layouts.hpp"
#include "sniperforge/dex/describe.hpp"

namespace sniperforge::dex {

[[nodiscard]] FieldValue narrow(u128 value);
[[nodiscard]] FieldValue wide(u128 value);
[[nodiscard]] FieldValue text(std::string value);

// The caller has checked that the data is as long as the layout needs.
[[nodiscard]] AccountDescription describe_with(std::string_view kind, std::optional<VenueId> venue,
                                               BytesView data, std::span<const FieldLayout> layout);
[[nodiscard]] std::unexpected<Error> refuse(const Pubkey& owner, const Pubkey& pubkey,
                                            BytesView data, std::string_view expected);

[[nodiscard]] Result<AccountDescription> describe_raydium_clmm(const Pubkey& owner,
                                                               const Pubkey& pubkey,
                                                               BytesView data);
[[nodiscard]] Result<AccountDescription> describe_orca_whirlpool(const Pubkey& owner,
                                                                 const Pubkey& pubkey,
                                                                 BytesView data);
[[nodiscard]] Result<AccountDescription> describe_meteora_dlmm(const Pubkey& owner,
                                                               const Pubkey& pubkey,
                                                               BytesView data);
[[nodiscard]] Result<AccountDescription> describe_meteora_damm_v2(const Pubkey& owner,
                                                                  const Pubkey& pubkey,
                                                                  BytesView data);
// Of the curve program, of PumpSwap, and of the fee program that both share.
[[nodiscard]] Result<AccountDescription> describe_pump_curve(const Pubkey& owner,
                                                             const Pubkey& pubkey, BytesView data);
[[nodiscard]] Result<AccountDescription> describe_pump_swap(const Pubkey& owner,
                                                            const Pubkey& pubkey, BytesView data);
[[nodiscard]] Result<AccountDescription> describe_pump_fees(const Pubkey& owner,
                                                            const Pubkey& pubkey, BytesView data);

}  // namespace sniperforge::dex
