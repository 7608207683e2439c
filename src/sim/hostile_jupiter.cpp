// SPDX-License-Identifier: MIT
#include "sim/hostile_jupiter.hpp"

#include <algorithm>

#include "sim/derived.hpp"
#include "sim/jupiter.hpp"
#include "sim/program_token_layout.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {
namespace {

constexpr Lamports kStrangerLamports{100 * kLamportsPerSol};

solana::Keypair keypair_of(Rng rng) {
    std::array<std::uint8_t, solana::kSeedSize> seed{};
    rng.fill(seed);
    auto keypair = solana::Keypair::from_seed(seed);
    SF_ASSERT(keypair.has_value());
    return std::move(*keypair);
}

Pubkey other_key(Rng rng) {
    Pubkey key;
    rng.fill(key.bytes);
    return key;
}

// The one of the two that is not wrapped SOL.
const Pubkey& traded_mint(const SwapRequest& request) {
    const Pubkey& input = request.legs.front().input_mint();
    return input == solana::kWrappedSolMint ? request.legs.back().output_mint() : input;
}

const Pubkey& program_of(const Chain& chain, const Pubkey& mint) {
    const Account* account = chain.account(mint);
    return account == nullptr ? solana::kTokenProgram : account->owner;
}

Pubkey account_of(const Chain& chain, const Pubkey& wallet, const Pubkey& mint) {
    return derived_token_address(wallet, mint, program_of(chain, mint));
}

solana::Instruction set_owner(const Pubkey& account, const Pubkey& owner, const Pubkey& next,
                              const Pubkey& program) {
    constexpr std::uint8_t kSetAuthority = 6, kAccountOwner = 2, kSome = 1;
    solana::Instruction instruction{
        program, {solana::writable(account), solana::signer(owner)}, {}};
    instruction.data = {kSetAuthority, kAccountOwner, kSome};
    append(instruction.data, next.bytes);
    return instruction;
}

}  // namespace

HostileJupiter::HostileJupiter(Chain& chain, const Rng& rng)
    : chain_{chain}, rng_{rng.fork(1)}, stranger_{keypair_of(rng.fork(2))} {}

void HostileJupiter::set_faults(const JupiterFaults& faults) {
    faults_ = faults;
    if (faults.attack_probability > 0 && chain_.account(stranger()) == nullptr) {
        create_wallet(chain_, stranger(), kStrangerLamports);
    }
}

bool HostileJupiter::happens(double probability, FaultKind kind) {
    if (probability <= 0 || !rng_.chance(probability)) {
        return false;
    }
    counters_.count(kind);
    return true;
}

std::optional<JupiterAttack> HostileJupiter::draw_attack() {
    if (faults_.attack_probability <= 0 || !rng_.chance(faults_.attack_probability)) {
        return std::nullopt;
    }
    const auto& listed = faults_.attacks;
    const JupiterAttack attack = listed.empty()
                                     ? static_cast<JupiterAttack>(rng_.below(kJupiterAttacks))
                                     : listed[rng_.below(listed.size())];
    counters_.count(fault_kind(attack));
    return attack;
}

Pubkey HostileJupiter::strangers_account(const Pubkey& mint) {
    const Pubkey account = account_of(chain_, stranger(), mint);
    return chain_.account(account) != nullptr
               ? account
               : create_token_account(chain_, stranger(), mint, TokenAmount{});
}

std::optional<Pubkey> HostileJupiter::other_account(const SwapRequest& request) const {
    for (const Pubkey& key : chain_.accounts_owned_by(solana::kTokenProgram)) {
        const Account& account = *chain_.account(key);
        if (!token::is_account(account) || token::owner(account.data) != request.user ||
            token::amount(account.data) == 0) {
            continue;
        }
        const Pubkey mint = token::mint(account.data);
        if (mint != request.legs.front().input_mint() &&
            mint != request.legs.back().output_mint() && mint != solana::kWrappedSolMint) {
            return key;
        }
    }
    return std::nullopt;
}

solana::Instruction HostileJupiter::token_theft(const SwapRequest& request) {
    const auto other = other_account(request);
    if (!other) {
        const Pubkey& mint = traded_mint(request);
        return solana::token_transfer({.source = account_of(chain_, request.user, mint),
                                       .destination = strangers_account(mint),
                                       .authority = request.user,
                                       .amount = TokenAmount{1},
                                       .token_program = program_of(chain_, mint)});
    }
    const Bytes held = chain_.account(*other)->data;
    return solana::token_transfer({.source = *other,
                                   .destination = strangers_account(token::mint(held)),
                                   .authority = request.user,
                                   .amount = TokenAmount{token::amount(held)}});
}

void HostileJupiter::change_request(JupiterAttack attack, SwapRequest& request) const {
    if (attack == JupiterAttack::LowMinimum) {
        request.out_amount = 1;
    } else if (attack == JupiterAttack::HighAmountIn) {
        request.in_amount =
            TokenAmount{request.in_amount}.saturating_add(TokenAmount{request.in_amount}).raw();
    } else if (attack == JupiterAttack::ExcessivePriorityFee) {
        request.unit_price.reset();
        request.fee_lamports = kLamportsPerSol;
    }
}

void HostileJupiter::change_instructions(JupiterAttack attack, const SwapRequest& request,
                                         SwapInstructions& built) {
    const Pubkey& user = request.user;
    const Pubkey& mint = traded_mint(request);
    const Pubkey traded = account_of(chain_, user, mint);
    const Pubkey& program = program_of(chain_, mint);
    switch (attack) {
        case JupiterAttack::SystemTransfer: {
            const Account* wallet = chain_.account(user);
            const std::uint64_t half = wallet == nullptr ? 1 : wallet->lamports.raw() / 2;
            built.others.push_back(solana::system_transfer(
                {.from = user, .to = stranger(), .lamports = Lamports{half}}));
            break;
        }
        case JupiterAttack::TokenTransfer:
            built.others.push_back(token_theft(request));
            break;
        case JupiterAttack::Approve:
            built.others.push_back(solana::token_approve({.source = traded,
                                                          .delegate = stranger(),
                                                          .owner = user,
                                                          .amount = TokenAmount{kU64Max},
                                                          .token_program = program}));
            break;
        case JupiterAttack::SetAuthority:
            built.others.push_back(set_owner(traded, user, stranger(), program));
            break;
        case JupiterAttack::CloseToStranger:
            built.cleanup = solana::token_close_account(
                {.account = account_of(chain_, user, solana::kWrappedSolMint),
                 .destination = stranger(),
                 .owner = user});
            break;
        case JupiterAttack::ForeignDestination:
        case JupiterAttack::HiddenInTable: {
            const Pubkey& output = request.legs.back().output_mint();
            const Pubkey ours = account_of(chain_, user, output);
            const Pubkey theirs = strangers_account(output);
            for (solana::AccountMeta& meta : built.swap.accounts) {
                meta.pubkey = meta.pubkey == ours ? theirs : meta.pubkey;
            }
            break;
        }
        case JupiterAttack::ExtraSigner:
            built.others.push_back(
                solana::system_transfer({.from = stranger(), .to = user, .lamports = Lamports{1}}));
            break;
        case JupiterAttack::UnknownProgram:
            built.others.push_back({other_key(rng_.fork(3)), {solana::writable_signer(user)}, {1}});
            break;
        case JupiterAttack::LowMinimum:
        case JupiterAttack::HighAmountIn:
        case JupiterAttack::ForeignPayer:
        case JupiterAttack::ExcessivePriorityFee:
            break;
    }
}

void HostileJupiter::change_payer(JupiterAttack attack, SwapInstructions& built) const {
    if (attack != JupiterAttack::ForeignPayer) {
        return;
    }
    for (solana::Instruction& instruction : built.setup) {
        if (instruction.program_id == solana::kAssociatedTokenProgram) {
            instruction.accounts.front() = solana::writable_signer(stranger());
        }
    }
}

Pubkey HostileJupiter::payer(JupiterAttack attack, const Pubkey& user) const {
    return attack == JupiterAttack::ForeignPayer ? stranger() : user;
}

std::vector<solana::AddressLookupTable> HostileJupiter::tables(JupiterAttack attack,
                                                               const SwapRequest& request) {
    if (attack != JupiterAttack::HiddenInTable) {
        return {};
    }
    const Pubkey& output = request.legs.back().output_mint();
    // An honest account of the route is in it too, as in any other table.
    std::vector<Pubkey> addresses{strangers_account(output), output};
    Pubkey key = addresses.front();  // One table for each account that it hides.
    key.bytes[0] ^= 0xa5;
    const solana::LookupTableAccount table{.last_extended_slot = Slot{chain_.slot().value - 1},
                                           .authority = stranger(),
                                           .addresses = addresses};
    Bytes data = solana::encode_lookup_table(table);
    const Lamports rent{chain_.rent_exempt_minimum(data.size())};
    chain_.put_account(key, {rent, solana::kAddressLookupTableProgram, false, std::move(data)});
    return {{key, std::move(addresses)}};
}

void HostileJupiter::sign(Bytes& wire) const {
    const auto transaction = solana::parse_transaction(BytesView{wire});
    if (!transaction) {
        return;
    }
    const auto& message = transaction->message;
    for (std::size_t i = 0; i < message.header.num_required_signatures; ++i) {
        if (message.account_keys[i] == stranger()) {
            const Signature signature = stranger_.sign(transaction->message_bytes);
            // Fewer than 128 signatures: their count is one byte.
            std::ranges::copy(signature.bytes,
                              wire.begin() + static_cast<std::ptrdiff_t>(1 + i * Signature::kSize));
            return;
        }
    }
}

}  // namespace sniperforge::sim
