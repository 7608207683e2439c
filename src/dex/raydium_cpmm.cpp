// SPDX-License-Identifier: MIT
#include "sniperforge/dex/raydium_cpmm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "dex/account_kind.hpp"
#include "dex/account_time.hpp"
#include "dex/vault_accounts.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

// Instruction discriminators.
constexpr std::array<std::uint8_t, 8> kSwapBaseInput{0x8f, 0xbe, 0x5a, 0xda,
                                                     0xc4, 0x1e, 0x33, 0xde};
constexpr std::array<std::uint8_t, 8> kSwapBaseOutput{0x37, 0xd9, 0x62, 0x56,
                                                      0xa3, 0x4a, 0xb4, 0xad};

// Bits of the accounts: pool, user source and destination, both vaults, observation.
constexpr std::uint32_t kSwapWritable = 0b1'0000'1111'1000;
constexpr InstructionShape kInstructions[] = {
    {.name = "swap_base_input",
     .discriminator = kSwapBaseInput,
     .data_bytes_min = 24,
     .accounts_min = 13,
     .accounts_max = 13,
     .writable = kSwapWritable,
     .signers = 0b1,
     .is_ours = true},
    {.name = "swap_base_output",
     .discriminator = kSwapBaseOutput,
     .data_bytes_min = 24,
     .accounts_min = 13,
     .accounts_max = 13,
     .writable = kSwapWritable,
     .signers = 0b1,
     .is_ours = true},
    {.name = "initialize",
     .discriminator = {0xaf, 0xaf, 0x6d, 0x1f, 0x0d, 0x98, 0x9b, 0xed},
     .data_bytes_min = 32,
     .accounts_min = 14,
     .accounts_max = 20,
     .creation = CreationAccounts{.pool = 3, .mint_a = 4, .mint_b = 5}},
    {.name = "initialize_with_permission",
     .discriminator = {0x3f, 0x37, 0xfe, 0x41, 0x31, 0xb2, 0x59, 0x79},
     .data_bytes_min = 32,
     .accounts_min = 16,
     .accounts_max = 22,
     .creation = CreationAccounts{.pool = 4, .mint_a = 5, .mint_b = 6}},
};

// PDA ["vault_and_lp_mint_auth_seed"] of the program: it owns every vault.
const Pubkey& vault_authority() {
    static const Pubkey authority = pubkey_constant("GpMZbSM2GgvTKHJirzeGfMFoaZ8UR2X7F4v8vHTvxFbL");
    return authority;
}

solana::Instruction swap_instruction(const RaydiumCpmmPool& pool, Direction direction,
                                     const std::array<std::uint8_t, 8>& discriminator,
                                     TokenAmount first, TokenAmount second,
                                     const SwapAccounts& accounts) {
    const bool is_a_in = direction == Direction::AToB;
    solana::Instruction instruction;
    instruction.program_id = solana::kRaydiumCpmmProgram;
    instruction.accounts = {
        solana::signer(accounts.user),
        solana::readonly(vault_authority()),
        solana::readonly(pool.amm_config),
        solana::writable(pool.id),
        solana::writable(accounts.user_source),
        solana::writable(accounts.user_destination),
        solana::writable(is_a_in ? pool.vault_a : pool.vault_b),
        solana::writable(is_a_in ? pool.vault_b : pool.vault_a),
        solana::readonly(is_a_in ? pool.program_a : pool.program_b),
        solana::readonly(is_a_in ? pool.program_b : pool.program_a),
        solana::readonly(is_a_in ? pool.mint_a : pool.mint_b),
        solana::readonly(is_a_in ? pool.mint_b : pool.mint_a),
        solana::writable(pool.observation),
    };
    instruction.data.reserve(discriminator.size() + 2 * sizeof(std::uint64_t));
    append(instruction.data, discriminator);
    append_le(instruction.data, first.raw());
    append_le(instruction.data, second.raw());
    return instruction;
}

constexpr AccountKind kPool{"Raydium CPMM pool", kCpmmPoolBytes, kCpmmPoolDiscriminator};
constexpr AccountKind kConfig{"a Raydium CPMM config", kCpmmConfigBytes, kCpmmConfigDiscriminator};

// Where the pool's account has the keys that never change.
constexpr std::size_t kAmmConfig = 8;
constexpr std::size_t kVaultA = 72;
constexpr std::size_t kVaultB = 104;
constexpr std::size_t kMintA = 168;
constexpr std::size_t kMintB = 200;
constexpr std::size_t kProgramA = 232;
constexpr std::size_t kProgramB = 264;

// Leaves what the vaults and the config told. `data` is a pool's account, here and below. Inline,
// so that the bounds of each number follow from the length that was checked.
[[gnu::always_inline]] inline void read_own_numbers(BytesView data, CpmmNumbers& numbers) {
    const auto u64 = [&](std::size_t offset) { return read_le<std::uint64_t>(data, offset); };
    numbers.status = data[329];
    numbers.protocol_fees_a = u64(341);
    numbers.protocol_fees_b = u64(349);
    numbers.fund_fees_a = u64(357);
    numbers.fund_fees_b = u64(365);
    numbers.open_time = unix_time_of(u64(373));
    numbers.creator_fee_on = data[389];
    numbers.is_creator_fee_enabled = data[390] != 0;
    numbers.creator_fees_a = u64(397);
    numbers.creator_fees_b = u64(405);
}

// All of the account but the keys above.
void read_beside_identity(BytesView data, RaydiumCpmmPool& pool) {
    const auto key = [&](std::size_t offset) { return Pubkey::from(data.subspan(offset)); };
    read_own_numbers(data, pool);
    pool.creator = key(40);
    pool.lp_mint = key(136);
    pool.observation = key(296);
    pool.decimals_a = data[331];
    pool.decimals_b = data[332];
    pool.lp_supply = read_le<std::uint64_t>(data, 333);
}

}  // namespace

bool is_cpmm_pool(BytesView data) { return is_kind(kPool, data); }

Result<RaydiumCpmmPool> decode_cpmm_pool(const Pubkey& id, BytesView data) {
    if (auto fits = check_kind(kPool, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const auto key = [&](std::size_t offset) { return Pubkey::from(data.subspan(offset)); };
    // Built in the result: half a kilobyte is worth not copying.
    Result<RaydiumCpmmPool> result{std::in_place};
    RaydiumCpmmPool& pool = *result;
    pool.id = id;
    pool.amm_config = key(kAmmConfig);
    pool.vault_a = key(kVaultA);
    pool.vault_b = key(kVaultB);
    pool.mint_a = key(kMintA);
    pool.mint_b = key(kMintB);
    pool.program_a = key(kProgramA);
    pool.program_b = key(kProgramB);
    read_beside_identity(data, pool);
    return result;
}

Result<bool> renew(RaydiumCpmmPool& pool, BytesView data) {
    if (!is_cpmm_pool(data)) {
        return Err<Error>{check_kind(kPool, pool.id, data).error()};
    }
    if (!is_key_at(data, kAmmConfig, pool.amm_config) || !is_key_at(data, kVaultA, pool.vault_a) ||
        !is_key_at(data, kVaultB, pool.vault_b) || !is_key_at(data, kMintA, pool.mint_a) ||
        !is_key_at(data, kMintB, pool.mint_b) || !is_key_at(data, kProgramA, pool.program_a) ||
        !is_key_at(data, kProgramB, pool.program_b)) {
        return false;
    }
    read_beside_identity(data, pool);
    return true;
}

bool read_numbers(const RawAccounts& accounts, const Pubkey& config_id,
                  const RaydiumCpmmConfig& config, CpmmNumbers& numbers) {
    if (!is_cpmm_pool(accounts.pool)) {
        return false;
    }
    read_own_numbers(accounts.pool, numbers);
    read_vaults(accounts, kMintA, kMintB, numbers);
    if (is_key_at(accounts.pool, kAmmConfig, config_id)) {
        apply_config(numbers, config);
    } else {
        apply_config(numbers, {});
        numbers.has_config = false;
    }
    return true;
}

void prefetch_cpmm(const RawAccounts& accounts) {
    prefetch(accounts.pool, 0, kAmmConfig + sizeof(Pubkey));
    prefetch(accounts.pool, kMintA, kMintB + sizeof(Pubkey));
    prefetch(accounts.pool, 329, 389);  // Status, fees owed, opening time.
    prefetch(accounts.pool, 389, 413);  // The creator's fees.
    prefetch_vaults(accounts);
}

Result<RaydiumCpmmConfig> decode_cpmm_config(BytesView data) {
    if (auto fits = check_kind(kConfig, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    RaydiumCpmmConfig config;
    config.bump = data[8];
    config.is_create_pool_disabled = data[9] != 0;
    config.index = read_le<std::uint16_t>(data, 10);
    config.trade_fee_rate = read_le<std::uint64_t>(data, 12);
    config.protocol_fee_rate = read_le<std::uint64_t>(data, 20);
    config.fund_fee_rate = read_le<std::uint64_t>(data, 28);
    config.create_pool_fee = read_le<std::uint64_t>(data, 36);
    config.protocol_owner = Pubkey::from(data.subspan(44));
    config.fund_owner = Pubkey::from(data.subspan(76));
    config.creator_fee_rate = read_le<std::uint64_t>(data, 108);
    return config;
}

void apply_config(CpmmNumbers& pool, const RaydiumCpmmConfig& config) {
    pool.trade_fee_rate = config.trade_fee_rate;
    pool.protocol_fee_rate = config.protocol_fee_rate;
    pool.fund_fee_rate = config.fund_fee_rate;
    pool.creator_fee_rate = config.creator_fee_rate;
    pool.has_config = true;
}

std::vector<Pubkey> accounts_needed(const RaydiumCpmmPool& pool) {
    std::vector<Pubkey> accounts{pool.vault_a, pool.vault_b, pool.amm_config};
    if (pool.program_a != solana::kTokenProgram) {
        accounts.push_back(pool.mint_a);
    }
    if (pool.program_b != solana::kTokenProgram) {
        accounts.push_back(pool.mint_b);
    }
    return accounts;
}

std::vector<Pubkey> accounts_shared(const RaydiumCpmmPool& pool) { return {pool.amm_config}; }

Result<bool> apply_account(RaydiumCpmmPool& pool, const AccountUpdate& update) {
    if (update.pubkey == pool.amm_config) {
        if (update.owner != solana::kRaydiumCpmmProgram) {
            return fail(fmt::format("reading config {} of pool {}: owned by {}, expected {}",
                                    update.pubkey.to_string(), pool.id.to_string(),
                                    update.owner.to_string(),
                                    solana::kRaydiumCpmmProgram.to_string()));
        }
        const auto config = decode_cpmm_config(update.data);
        if (!config) {
            return fail(fmt::format("reading config {} of pool {}", update.pubkey.to_string(),
                                    pool.id.to_string()),
                        config.error());
        }
        apply_config(pool, *config);
        return true;
    }
    return apply_vault(pool, update);
}

void forget_account(RaydiumCpmmPool& pool, const Pubkey& account) {
    pool.has_config = pool.has_config && account != pool.amm_config;
    forget_vault(pool, account);
}

bool is_same_identity(const RaydiumCpmmPool& a, const RaydiumCpmmPool& b) {
    return a.vault_a == b.vault_a && a.vault_b == b.vault_b && a.mint_a == b.mint_a &&
           a.mint_b == b.mint_b && a.amm_config == b.amm_config && a.program_a == b.program_a &&
           a.program_b == b.program_b;
}

void carry_over(const RaydiumCpmmPool& from, RaydiumCpmmPool& to) {
    carry_vaults(from, to);
    to.has_config = from.has_config;
    to.trade_fee_rate = from.trade_fee_rate;
    to.protocol_fee_rate = from.protocol_fee_rate;
    to.fund_fee_rate = from.fund_fee_rate;
    to.creator_fee_rate = from.creator_fee_rate;
}

std::span<const InstructionShape> raydium_cpmm_instructions() { return kInstructions; }

solana::Instruction swap_exact_in(const RaydiumCpmmPool& pool, Direction direction,
                                  TokenAmount amount_in, TokenAmount amount_out_min,
                                  const SwapAccounts& accounts) {
    return swap_instruction(pool, direction, kSwapBaseInput, amount_in, amount_out_min, accounts);
}

solana::Instruction swap_exact_out(const RaydiumCpmmPool& pool, Direction direction,
                                   TokenAmount amount_in_max, TokenAmount amount_out,
                                   const SwapAccounts& accounts) {
    return swap_instruction(pool, direction, kSwapBaseOutput, amount_in_max, amount_out, accounts);
}

}  // namespace sniperforge::dex
