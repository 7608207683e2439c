// SPDX-License-Identifier: MIT
#include "signer/swap_instruction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "signer/swap_forms.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

// jupiter section 6.
constexpr std::array<std::uint8_t, 8> kJupiterRoute{0xe5, 0x17, 0xcb, 0x97, 0x7a, 0xe3, 0xad, 0x2a};

// One route step per 4 bytes of count; Jupiter's own routes stay below a dozen.
constexpr std::uint32_t kRouteStepsMax = 16;
constexpr std::size_t kRouteTailBytes = 19;
constexpr std::size_t kRouteFixedAccounts = 9;

// The program's address of "__event_authority": where it tells of what it swapped.
constexpr Pubkey kJupiterEvents =
    solana::detail::key_literal("D8cy77BBepLMngZx6ZukaTff5hCt1HrWyKk3Hnd9oitf");

[[nodiscard]] bool starts_with(BytesView data, std::span<const std::uint8_t> discriminator) {
    return data.size() >= discriminator.size() &&
           std::equal(discriminator.begin(), discriminator.end(), data.begin());
}

[[nodiscard]] bool is_form(const SwapForm& form, const Pubkey& program, BytesView data) {
    return form.program == program &&
           starts_with(data, std::span{form.discriminator}.first(form.discriminator_bytes));
}

[[nodiscard]] Result<SwapInstruction> decode_form(const SwapForm& form,
                                                  std::span<const Pubkey> accounts,
                                                  BytesView data) {
    if (data.size() != form.data_bytes || accounts.size() < form.accounts_min ||
        accounts.size() > form.accounts_max) {
        return fail(fmt::format(
            "a {} that is not a swap in the form we know: {} accounts and {} bytes, expected {} to "
            "{} and {}",
            form.name, accounts.size(), data.size(), form.accounts_min, form.accounts_max,
            form.data_bytes));
    }
    const std::size_t at = form.discriminator_bytes;
    SwapInstruction swap{.authority = accounts[form.authority],
                         .source = accounts[form.source],
                         .destination = accounts[form.destination],
                         .amount_in_max = TokenAmount{read_le<std::uint64_t>(data, at)},
                         .amount_out_min = TokenAmount{read_le<std::uint64_t>(data, at + 8)}};
    if (form.is_out_first) {
        std::swap(swap.amount_in_max, swap.amount_out_min);
    }
    if (form.finish != nullptr) {
        if (auto finished = form.finish(accounts, data, swap); !finished) {
            return fail(fmt::format("a {} {}", form.name, finished.error().text));
        }
    }
    // Whatever a program does with accounts behind those that every form has: not with ours.
    for (const Pubkey& further : accounts.subspan(form.accounts_min)) {
        if (further == swap.authority || further == swap.source || further == swap.destination) {
            return fail(fmt::format("a {} with {} of the swap's own among its further accounts",
                                    form.name, further.to_string()));
        }
    }
    return swap;
}

// A step of a variant whose layout is verified: the venue that it goes through, and how many bytes
// of its own stand behind the variant byte.
struct StepForm {
    Pubkey program;
    std::size_t fields = 0;
};

[[nodiscard]] std::optional<StepForm> step_form(std::uint8_t variant) {
    switch (variant) {
        case 7:
            return StepForm{solana::kRaydiumAmmV4Program};
        case 17:  // a_to_b.
            return StepForm{solana::kOrcaWhirlpoolProgram, 1};
        case 38:
            return StepForm{solana::kMeteoraDlmmProgram};
        case 46:
            return StepForm{solana::kRaydiumCpmmProgram};
        case 77:
            return StepForm{solana::kMeteoraDammV2Program};
        case 99:  // Buys and sells, like the next.
        case 100:
            return StepForm{solana::kPumpSwapProgram};
        case 112:
        case 113:
            return StepForm{solana::kPumpCurveProgram};
        default:
            return std::nullopt;
    }
}

// `accounts`: those of the steps, in which each begins with its venue's program. Our signature
// reaches it: Jupiter's own look at what it calls is not all that we rely on.
[[nodiscard]] Result<void> check_route_steps(BytesView data, std::span<const Pubkey> accounts) {
    ByteReader reader{data};
    (void)reader.take(8);
    const auto steps = reader.read<std::uint32_t>();
    if (!reader.ok() || steps == 0 || steps > kRouteStepsMax) {
        return fail(fmt::format("a Jupiter route of {} steps", steps));
    }
    for (std::uint32_t i = 0; i < steps; ++i) {
        const auto variant = reader.read<std::uint8_t>();
        const auto form = step_form(variant);
        if (!reader.ok() || !form) {
            return fail(
                fmt::format("Jupiter route step {} uses venue variant {}, whose layout we do "
                            "not know",
                            i, variant));
        }
        (void)reader.take(form->fields + 3);  // Its fields, percent, input index, output index.
        // On the curve it is lamports of the wallet that move, which no floor looks at: alone they
        // are the route's own amount, behind another step they would come on top.
        if (form->program == solana::kPumpCurveProgram && steps != 1) {
            return fail(
                fmt::format("Jupiter route step {} of {} moves lamports of the wallet", i, steps));
        }
        const auto program = std::ranges::find(accounts, form->program);
        if (program == accounts.end()) {
            return fail(
                fmt::format("Jupiter route step {} goes through {}, which its accounts do "
                            "not name",
                            i, form->program.to_string()));
        }
        accounts = {program + 1, accounts.end()};
    }
    if (!reader.ok() || reader.remaining() != kRouteTailBytes) {
        return fail("a Jupiter route that does not end where its steps say");
    }
    return {};
}

[[nodiscard]] Result<void> check_route_accounts(std::span<const Pubkey> accounts) {
    if (!solana::is_token_program(accounts[0])) {
        return fail(fmt::format("a Jupiter route under {}, which is no token program",
                                accounts[0].to_string()));
    }
    // With one, two accounts receive; which of them the floor holds for is not ours to guess.
    if (accounts[4] != solana::kJupiterV6Program) {
        return fail(fmt::format("a Jupiter route that redirects what it pays to {}",
                                accounts[4].to_string()));
    }
    if (accounts[7] != kJupiterEvents) {
        return fail(
            fmt::format("a Jupiter route whose event authority is {}", accounts[7].to_string()));
    }
    if (accounts[8] != solana::kJupiterV6Program) {
        return fail(fmt::format("a Jupiter route that names {} as Jupiter itself",
                                accounts[8].to_string()));
    }
    return {};
}

// Accounts: 0 token program, 1 authority, 2 source, 3 destination, 4 destination override,
// 5 destination mint, 6 platform fee account, 7 event authority, 8 program.
[[nodiscard]] Result<SwapInstruction> decode_jupiter(std::span<const Pubkey> accounts,
                                                     BytesView data) {
    if (!starts_with(data, kJupiterRoute) || accounts.size() < kRouteFixedAccounts) {
        return fail("a Jupiter instruction other than route");
    }
    if (auto fixed = check_route_accounts(accounts); !fixed) {
        return Err{fixed.error()};
    }
    if (auto steps = check_route_steps(data, accounts.subspan(kRouteFixedAccounts)); !steps) {
        return Err{steps.error()};
    }
    const std::size_t tail = data.size() - kRouteTailBytes;
    const auto in_amount = read_le<std::uint64_t>(data, tail);
    const auto quoted_out = read_le<std::uint64_t>(data, tail + 8);
    const auto slippage_bps = read_le<std::uint16_t>(data, tail + 16);
    const auto platform_fee_bps = read_le<std::uint8_t>(data, tail + 18);
    if (platform_fee_bps != 0 || accounts[6] != solana::kJupiterV6Program) {
        return fail(fmt::format("a Jupiter route with a platform fee of {} bps", platform_fee_bps));
    }
    if (slippage_bps > kBasisPointsOne) {
        return fail(fmt::format("a Jupiter route with a slippage of {} bps", slippage_bps));
    }
    const auto out_min = mul_div_floor(quoted_out, kBasisPointsOne - slippage_bps, kBasisPointsOne);
    return SwapInstruction{.authority = accounts[1],
                           .source = accounts[2],
                           .destination = accounts[3],
                           .mint_out = accounts[5],
                           .amount_in_max = TokenAmount{in_amount},
                           .amount_out_min = TokenAmount{out_min.value_or(0)}};
}

}  // namespace

bool is_swap_program(const Pubkey& program) {
    return program == solana::kJupiterV6Program ||
           std::ranges::any_of(swap_forms(),
                               [&](const SwapForm& form) { return form.program == program; });
}

Result<SwapInstruction> decode_swap(const Pubkey& program, std::span<const Pubkey> accounts,
                                    BytesView data) {
    if (program == solana::kJupiterV6Program) {
        return decode_jupiter(accounts, data);
    }
    for (const SwapForm& form : swap_forms()) {
        if (is_form(form, program, data)) {
            return decode_form(form, accounts, data);
        }
    }
    return fail(fmt::format("an instruction of {} that is not a swap in a form we know",
                            program.to_string()));
}

std::optional<Pubkey> payer_of_extension(const Pubkey& program, std::span<const Pubkey> accounts,
                                         BytesView data) {
    constexpr std::array<std::uint8_t, 8> kExtendAccount{0xea, 0x66, 0xc2, 0xcb,
                                                         0x96, 0x48, 0x3e, 0xe5};
    if (program != solana::kPumpSwapProgram || accounts.size() != 5 ||
        !std::ranges::equal(data, kExtendAccount)) {
        return std::nullopt;
    }
    return accounts[1];
}

}  // namespace sniperforge::signer
