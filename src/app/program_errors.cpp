// SPDX-License-Identifier: MIT
#include "app/program_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "app/instruction_names.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/rpc/types.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

struct NamedCode {
    const Pubkey& program;
    std::uint32_t code;
    std::string_view name;
};
// Sources: protocol notes amm-raydium, amm-orca, amm-pump, jupiter and wire. What is not here an
// Anchor program names in its logs.
const std::array kNamedCodes{
    NamedCode{solana::kTokenProgram, 0, "NotRentExempt"},
    NamedCode{solana::kTokenProgram, 1, "InsufficientFunds"},
    NamedCode{solana::kTokenProgram, 2, "InvalidMint"},
    NamedCode{solana::kTokenProgram, 3, "MintMismatch"},
    NamedCode{solana::kTokenProgram, 4, "OwnerMismatch"},
    NamedCode{solana::kTokenProgram, 9, "UninitializedState"},
    NamedCode{solana::kTokenProgram, 11, "NonNativeHasBalance"},
    NamedCode{solana::kSystemProgram, 1, "ResultWithNegativeLamports: too little SOL"},
    NamedCode{solana::kRaydiumAmmV4Program, 22, "InvalidStatus"},
    NamedCode{solana::kRaydiumAmmV4Program, 24, "WrongAccountsNumber"},
    NamedCode{solana::kRaydiumAmmV4Program, 29, "InvalidInput"},
    NamedCode{solana::kRaydiumAmmV4Program, 30, "ExceededSlippage"},
    NamedCode{solana::kRaydiumAmmV4Program, 38, "InvalidSplTokenProgram"},
    NamedCode{solana::kRaydiumAmmV4Program, 40, "InsufficientFunds"},
    NamedCode{solana::kRaydiumCpmmProgram, 6000, "NotApproved"},
    NamedCode{solana::kRaydiumCpmmProgram, 6003, "InvalidInput"},
    NamedCode{solana::kRaydiumCpmmProgram, 6005, "ExceededSlippage"},
    NamedCode{solana::kRaydiumCpmmProgram, 6006, "ZeroTradingTokens"},
    NamedCode{solana::kRaydiumCpmmProgram, 6008, "InvalidVault"},
    NamedCode{solana::kRaydiumClmmProgram, 6018, "TooLittleOutputReceived"},
    NamedCode{solana::kRaydiumClmmProgram, 6019, "TooMuchInputPaid"},
    NamedCode{solana::kRaydiumClmmProgram, 6022, "TooSmallInputOrOutputAmount"},
    NamedCode{solana::kRaydiumClmmProgram, 6023, "NotEnoughTickArrayAccount"},
    NamedCode{solana::kRaydiumClmmProgram, 6024, "InvalidFirstTickArrayAccount"},
    NamedCode{solana::kOrcaWhirlpoolProgram, 6023, "InvalidTickArraySequence"},
    NamedCode{solana::kOrcaWhirlpoolProgram, 6035, "ZeroTradableAmount"},
    NamedCode{solana::kOrcaWhirlpoolProgram, 6036, "AmountOutBelowMinimum"},
    NamedCode{solana::kOrcaWhirlpoolProgram, 6037, "AmountInAboveMaximum"},
    NamedCode{solana::kOrcaWhirlpoolProgram, 6038, "TickArraySequenceInvalidIndex"},
    NamedCode{solana::kOrcaWhirlpoolProgram, 6064, "TradeIsNotEnabled"},
    NamedCode{solana::kPumpCurveProgram, 6002, "TooMuchSolRequired"},
    NamedCode{solana::kPumpCurveProgram, 6003, "TooLittleSolReceived"},
    NamedCode{solana::kPumpCurveProgram, 6005, "BondingCurveComplete"},
    NamedCode{solana::kPumpCurveProgram, 6042, "BuySlippageBelowMinTokensOut"},
    NamedCode{solana::kPumpSwapProgram, 6004, "ExceededSlippage"},
    NamedCode{solana::kPumpSwapProgram, 6020, "DisabledBuy"},
    NamedCode{solana::kPumpSwapProgram, 6021, "DisabledSell"},
    NamedCode{solana::kPumpSwapProgram, 6040, "BuySlippageBelowMinBaseAmountOut"},
    NamedCode{solana::kMeteoraDlmmProgram, 6003, "ExceededAmountSlippageTolerance"},
    NamedCode{solana::kMeteoraDlmmProgram, 6004, "ExceededBinSlippageTolerance"},
    NamedCode{solana::kMeteoraDammV2Program, 6002, "ExceededSlippage"},
    NamedCode{solana::kJupiterV6Program, 6001, "SlippageToleranceExceeded"},
};

// The number behind `before`, if it is there.
[[nodiscard]] std::optional<std::uint32_t> number_behind(std::string_view text,
                                                         std::string_view before) {
    const auto at = text.find(before);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view digits = text.substr(at + before.size());
    std::uint32_t number = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return problem == std::errc{} ? std::optional{number} : std::nullopt;
}

// "... Error Code: NAME. Error Number: N. Error Message: TEXT." as Anchor logs it.
[[nodiscard]] std::string anchor_words(std::span<const std::string> logs) {
    constexpr std::string_view kBegin = "Error Code: ";
    for (const std::string& line : logs) {
        if (const auto at = line.find(kBegin); at != std::string::npos) {
            return line.substr(at + kBegin.size());
        }
    }
    return {};
}

[[nodiscard]] std::string last_line(std::span<const std::string> logs) {
    return logs.empty() ? std::string{} : "; its last line: " + logs.back();
}

}  // namespace

std::string_view error_name(const Pubkey& program, std::uint32_t code) {
    const Pubkey& known =
        program == solana::kToken2022Program ? solana::kTokenProgram : program;  // Same codes.
    const auto* const found = std::ranges::find_if(kNamedCodes, [&](const NamedCode& each) {
        return each.code == code && each.program == known;
    });
    return found == kNamedCodes.end() ? std::string_view{} : found->name;
}

std::string program_label(const Pubkey& program) {
    if (const auto venue = dex::venue_of_program(program)) {
        return std::string{to_string(*venue)};
    }
    const auto name = program_name(program);
    return name ? std::string{*name} : program.to_string();
}

std::string failure_text(std::string_view error, std::span<const std::string> logs,
                         std::span<const Pubkey> programs) {
    const auto index = number_behind(error, R"("InstructionError":[)");
    if (!index) {
        return fmt::format("{}: refused before its programs ran{}", error, last_line(logs));
    }
    std::optional<Pubkey> program;
    for (const std::string& line : logs) {
        if ((program = rpc::program_failed(line))) {
            break;
        }
    }
    if (!program && *index < programs.size()) {
        program = programs[*index];
    }
    std::string text = fmt::format("instruction {}, program {}", *index,
                                   program ? program_label(*program) : "unknown");
    const auto code = number_behind(error, R"("Custom":)");
    if (!code) {
        return fmt::format("{}: {}{}", text, error, last_line(logs));
    }
    const std::string anchor = anchor_words(logs);
    const std::string_view name = program ? error_name(*program, *code) : std::string_view{};
    return fmt::format("{}, code {} ({:#x}), {}", text, *code, *code,
                       !anchor.empty() ? anchor
                       : !name.empty() ? std::string{name}
                                       : "no name known" + last_line(logs));
}

}  // namespace sniperforge::app
