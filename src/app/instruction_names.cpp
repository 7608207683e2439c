// SPDX-License-Identifier: MIT
#include "app/instruction_names.hpp"

#include <algorithm>
#include <array>

#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::app {
namespace {

struct KnownProgram {
    Pubkey id;
    std::string_view name;
};
constexpr std::array kPrograms{
    KnownProgram{solana::kSystemProgram, "system"},
    KnownProgram{solana::kTokenProgram, "token"},
    KnownProgram{solana::kToken2022Program, "token_2022"},
    KnownProgram{solana::kAssociatedTokenProgram, "associated_token"},
    KnownProgram{solana::kComputeBudgetProgram, "compute_budget"},
    KnownProgram{solana::kMemoProgram, "memo"},
    KnownProgram{solana::kAddressLookupTableProgram, "address_lookup_table"},
    KnownProgram{solana::kRaydiumCpmmProgram, "raydium_cpmm"},
    KnownProgram{solana::kRaydiumAmmV4Program, "raydium_amm_v4"},
    KnownProgram{solana::kJupiterV6Program, "jupiter_v6"},
    KnownProgram{solana::detail::key_literal("Vote111111111111111111111111111111111111111"),
                 "vote"},
};

template <typename... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};

using Named = std::optional<InstructionName>;

[[nodiscard]] InstructionName named(std::string name, JsonFields arguments = {}) {
    return {std::move(name), std::move(arguments)};
}

[[nodiscard]] Named name_system(BytesView data) {
    namespace si = solana::system_instruction;
    return std::visit(
        Overloaded{
            [](const si::Unknown&) -> Named { return std::nullopt; },
            [](const si::CreateAccount& i) -> Named {
                return named("create_account", JsonFields{}
                                                   .wide("lamports", i.lamports.raw())
                                                   .wide("space", i.space)
                                                   .key("owner", i.owner));
            },
            [](const si::CreateAccountWithSeed& i) -> Named {
                return named("create_account_with_seed", JsonFields{}
                                                             .key("base", i.base)
                                                             .text("seed", i.seed)
                                                             .wide("lamports", i.lamports.raw())
                                                             .wide("space", i.space)
                                                             .key("owner", i.owner));
            },
            [](const si::Assign& i) -> Named {
                return named("assign", JsonFields{}.key("owner", i.owner));
            },
            [](const si::Transfer& i) -> Named {
                return named("transfer", JsonFields{}.wide("lamports", i.lamports.raw()));
            },
            [](const si::AdvanceNonceAccount&) -> Named { return named("advance_nonce"); },
            [](const si::WithdrawNonceAccount& i) -> Named {
                return named("withdraw_nonce", JsonFields{}.wide("lamports", i.lamports.raw()));
            },
            [](const si::InitializeNonceAccount& i) -> Named {
                return named("initialize_nonce", JsonFields{}.key("authority", i.authority));
            },
            [](const si::AuthorizeNonceAccount& i) -> Named {
                return named("authorize_nonce", JsonFields{}.key("authority", i.authority));
            },
            [](const si::Allocate& i) -> Named {
                return named("allocate", JsonFields{}.wide("space", i.space));
            },
        },
        solana::decode_system_instruction(data));
}

[[nodiscard]] Named name_token(BytesView data) {
    namespace ti = solana::token_instruction;
    const auto amount = [](TokenAmount value) { return JsonFields{}.wide("amount", value.raw()); };
    return std::visit(
        Overloaded{
            [](const ti::Unknown&) -> Named { return std::nullopt; },
            [&](const ti::Transfer& i) -> Named { return named("transfer", amount(i.amount)); },
            [&](const ti::Approve& i) -> Named { return named("approve", amount(i.amount)); },
            [](const ti::Revoke&) -> Named { return named("revoke"); },
            [](const ti::SetAuthority& i) -> Named {
                return named("set_authority", JsonFields{}
                                                  .narrow("authority_type", i.authority_type)
                                                  .key("new_authority", i.new_authority));
            },
            [&](const ti::MintTo& i) -> Named { return named("mint_to", amount(i.amount)); },
            [&](const ti::Burn& i) -> Named { return named("burn", amount(i.amount)); },
            [](const ti::CloseAccount&) -> Named { return named("close_account"); },
            [&](const ti::TransferChecked& i) -> Named {
                return named("transfer_checked", amount(i.amount).narrow("decimals", i.decimals));
            },
            [](const ti::SyncNative&) -> Named { return named("sync_native"); },
            [](const ti::InitializeAccount3& i) -> Named {
                return named("initialize_account_3", JsonFields{}.key("owner", i.owner));
            },
            [](const ti::InitializeMint2& i) -> Named {
                return named("initialize_mint_2", JsonFields{}
                                                      .narrow("decimals", i.decimals)
                                                      .key("mint_authority", i.mint_authority)
                                                      .key("freeze_authority", i.freeze_authority));
            },
        },
        solana::decode_token_instruction(data));
}

[[nodiscard]] Named name_lookup_table(BytesView data) {
    namespace li = solana::lookup_table_instruction;
    return std::visit(
        Overloaded{
            [](const li::Unknown&) -> Named { return std::nullopt; },
            [](const li::Create& i) -> Named {
                return named(
                    "create",
                    JsonFields{}.wide("recent_slot", i.recent_slot.value).narrow("bump", i.bump));
            },
            [](const li::Extend& i) -> Named {
                return named("extend", JsonFields{}.narrow("addresses", static_cast<std::int64_t>(
                                                                            i.addresses.size())));
            },
            [](const li::Deactivate&) -> Named { return named("deactivate"); },
            [](const li::Close&) -> Named { return named("close"); },
        },
        solana::decode_lookup_table_instruction(data));
}

[[nodiscard]] Named name_compute_budget(BytesView data) {
    namespace ci = solana::compute_budget_instruction;
    return std::visit(
        Overloaded{
            [](const ci::Unknown&) -> Named { return std::nullopt; },
            [](const ci::RequestHeapFrame& i) -> Named {
                return named("request_heap_frame", JsonFields{}.narrow("bytes", i.bytes));
            },
            [](const ci::SetComputeUnitLimit& i) -> Named {
                return named("set_compute_unit_limit", JsonFields{}.wide("units", i.limit.raw()));
            },
            [](const ci::SetComputeUnitPrice& i) -> Named {
                return named("set_compute_unit_price",
                             JsonFields{}.wide("micro_lamports", i.price.raw()));
            },
            [](const ci::SetLoadedAccountsDataSizeLimit& i) -> Named {
                return named("set_loaded_accounts_data_size_limit",
                             JsonFields{}.narrow("bytes", i.bytes));
            },
        },
        solana::decode_compute_budget_instruction(data));
}

[[nodiscard]] Named name_associated_token(BytesView data) {
    switch (solana::decode_associated_token_instruction(data)) {
        case solana::AssociatedTokenInstruction::Create:
            return named("create");
        case solana::AssociatedTokenInstruction::CreateIdempotent:
            return named("create_idempotent");
        case solana::AssociatedTokenInstruction::Unknown:
            break;
    }
    return std::nullopt;
}

// The two amounts of a swap: exact in comes with the least out, exact out with the most in.
[[nodiscard]] InstructionName swap_of(std::string name, bool is_exact_in, std::uint64_t first,
                                      std::uint64_t second) {
    return named(std::move(name), JsonFields{}
                                      .wide(is_exact_in ? "amount_in" : "amount_in_max", first)
                                      .wide(is_exact_in ? "amount_out_min" : "amount_out", second));
}

// Discriminators: amm-raydium section 1.
[[nodiscard]] Named name_cpmm(BytesView data) {
    constexpr std::uint64_t kBaseInput = 0xde331ec4da5abe8f;
    constexpr std::uint64_t kBaseOutput = 0xadb44aa35662d937;
    if (data.size() != 24) {
        return std::nullopt;
    }
    const auto discriminator = read_le<std::uint64_t>(data, 0);
    if (discriminator != kBaseInput && discriminator != kBaseOutput) {
        return std::nullopt;
    }
    const bool is_exact_in = discriminator == kBaseInput;
    return swap_of(is_exact_in ? "swap_base_input" : "swap_base_output", is_exact_in,
                   read_le<std::uint64_t>(data, 8), read_le<std::uint64_t>(data, 16));
}

// Tags: amm-raydium section 2. 9 and 11 are the long forms, 16 and 17 those of 8 accounts.
[[nodiscard]] Named name_amm_v4(BytesView data) {
    if (data.size() != 17) {
        return std::nullopt;
    }
    const bool is_exact_in = data[0] == 9 || data[0] == 16;
    if (!is_exact_in && data[0] != 11 && data[0] != 17) {
        return std::nullopt;
    }
    const std::string name = is_exact_in ? "swap_base_in" : "swap_base_out";
    return swap_of(data[0] >= 16 ? name + "_v2" : name, is_exact_in,
                   read_le<std::uint64_t>(data, 1), read_le<std::uint64_t>(data, 9));
}

// Discriminator and tail: jupiter section 6. The route's own steps are not shown.
[[nodiscard]] Named name_jupiter(BytesView data) {
    constexpr std::uint64_t kRoute = 0x2aade37a97cb17e5;
    constexpr std::uint64_t kRouteV2 = 0x14afc431ccfa64bb;
    constexpr std::uint64_t kSharedRouteV2 = 0xe9d8fe7c935398d1;
    constexpr std::size_t kTailBytes = 8 + 8 + 2 + 1;
    constexpr std::size_t kHeadBytes = 8 + 8 + 2 + 2 + 2 + 4;
    const std::uint64_t form = data.size() < 8 ? 0 : read_le<std::uint64_t>(data, 0);
    const std::size_t at = form == kSharedRouteV2 ? 9 : 8;
    if ((form == kRouteV2 || form == kSharedRouteV2) && data.size() >= at + kHeadBytes) {
        return named(form == kRouteV2 ? "route_v2" : "shared_accounts_route_v2",
                     JsonFields{}
                         .wide("amount_in", read_le<std::uint64_t>(data, at))
                         .wide("quoted_out", read_le<std::uint64_t>(data, at + 8))
                         .narrow("slippage_bps", read_le<std::uint16_t>(data, at + 16))
                         .narrow("platform_fee_bps", read_le<std::uint16_t>(data, at + 18)));
    }
    if (data.size() < 8 + 4 + kTailBytes || read_le<std::uint64_t>(data, 0) != kRoute) {
        return std::nullopt;
    }
    const std::size_t tail = data.size() - kTailBytes;
    return named("route", JsonFields{}
                              .wide("amount_in", read_le<std::uint64_t>(data, tail))
                              .wide("quoted_out", read_le<std::uint64_t>(data, tail + 8))
                              .narrow("slippage_bps", read_le<std::uint16_t>(data, tail + 16))
                              .narrow("platform_fee_bps", data[tail + 18]));
}

}  // namespace

std::optional<std::string_view> program_name(const Pubkey& program) {
    const auto found = std::ranges::find(kPrograms, program, &KnownProgram::id);
    return found == kPrograms.end() ? std::nullopt : std::optional{found->name};
}

std::optional<InstructionName> instruction_name(const Pubkey& program, BytesView data) {
    if (program == solana::kSystemProgram) {
        return name_system(data);
    }
    if (solana::is_token_program(program)) {
        return name_token(data);
    }
    if (program == solana::kComputeBudgetProgram) {
        return name_compute_budget(data);
    }
    if (program == solana::kAddressLookupTableProgram) {
        return name_lookup_table(data);
    }
    if (program == solana::kAssociatedTokenProgram) {
        return name_associated_token(data);
    }
    if (program == solana::kMemoProgram) {
        const std::string text{data.begin(), data.end()};
        return named("memo", JsonFields{}.text("text", text));
    }
    if (program == solana::kRaydiumCpmmProgram) {
        return name_cpmm(data);
    }
    if (program == solana::kRaydiumAmmV4Program) {
        return name_amm_v4(data);
    }
    if (program == solana::kJupiterV6Program) {
        return name_jupiter(data);
    }
    return std::nullopt;
}

}  // namespace sniperforge::app
