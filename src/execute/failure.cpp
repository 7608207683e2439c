// SPDX-License-Identifier: MIT
#include "execute/failure.hpp"

#include <array>
#include <charconv>
#include <vector>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::execute {
namespace {

struct VenueCode {
    VenueId venue;
    std::uint32_t code;
};
// Sources: protocol notes amm-raydium, amm-orca and amm-pump; the published IDLs of lb_clmm and
// cp_amm, read in November 2026.
constexpr std::array kSlippageCodes{
    VenueCode{VenueId::RaydiumAmmV4, 30},
    VenueCode{VenueId::RaydiumCpmm, 6005},
    VenueCode{VenueId::RaydiumClmm, 6018},    // TooLittleOutputReceived.
    VenueCode{VenueId::RaydiumClmm, 6019},    // TooMuchInputPaid.
    VenueCode{VenueId::OrcaWhirlpool, 6036},  // AmountOutBelowMinimum.
    VenueCode{VenueId::OrcaWhirlpool, 6037},  // AmountInAboveMaximum.
    VenueCode{VenueId::PumpCurve, 6002},      // TooMuchSolRequired.
    VenueCode{VenueId::PumpCurve, 6003},      // TooLittleSolReceived.
    VenueCode{VenueId::PumpCurve, 6042},      // BuySlippageBelowMinTokensOut.
    VenueCode{VenueId::PumpSwap, 6004},
    VenueCode{VenueId::PumpSwap, 6040},     // BuySlippageBelowMinBaseAmountOut.
    VenueCode{VenueId::MeteoraDlmm, 6003},  // ExceededAmountSlippageTolerance.
    VenueCode{VenueId::MeteoraDlmm, 6004},  // ExceededBinSlippageTolerance.
    VenueCode{VenueId::MeteoraDammV2, 6002},
};
constexpr std::uint32_t kJupiterSlippage = 6001;  // SlippageToleranceExceeded.

// {"InstructionError":[3,{"Custom":6001}]}, compact as nodes write it.
constexpr std::string_view kInstructionError = R"("InstructionError")";
constexpr std::string_view kCustom = R"("Custom":)";

[[nodiscard]] std::optional<std::uint32_t> custom_code(std::string_view error) {
    const auto at = error.find(kCustom);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view digits = error.substr(at + kCustom.size());
    std::uint32_t code = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), code);
    return problem == std::errc{} ? std::optional{code} : std::nullopt;
}

[[nodiscard]] bool is_intended_slippage(const VenueSet& intended, std::uint32_t code) {
    if (is_slippage(solana::kJupiterV6Program, code)) {
        return true;
    }
    for (const VenueCode& each : kSlippageCodes) {
        if (each.code == code && intended.has(each.venue)) {
            return true;
        }
    }
    return false;
}

// The text after `"err":` up to the end of what it says: the data is cut after some length, so it
// need not be whole JSON.
[[nodiscard]] std::string_view error_within(std::string_view data) {
    constexpr std::string_view kErr = R"("err":)";
    const auto at = data.find(kErr);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = data.substr(at + kErr.size());
    if (rest.starts_with('"')) {
        return rest.substr(0, rest.find('"', 1) + 1);
    }
    int depth = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        depth += rest[i] == '{' ? 1 : rest[i] == '}' ? -1 : 0;
        if (depth == 0) {
            return rest.substr(0, i + 1);
        }
    }
    return rest;
}

// The lines of its logs stand in quotes; what a program wrote itself has its quotes escaped.
[[nodiscard]] std::vector<Pubkey> programs_failed_within(std::string_view data) {
    constexpr std::string_view kLine = R"("Program )";
    std::vector<Pubkey> programs;
    for (auto at = data.find(kLine); at != std::string_view::npos; at = data.find(kLine, at + 1)) {
        if (at > 0 && data[at - 1] == '\\') {
            continue;
        }
        const std::string_view line = data.substr(at + 1);
        if (const auto program = rpc::program_failed(line.substr(0, line.find('"')))) {
            programs.push_back(*program);
        }
    }
    return programs;
}

}  // namespace

bool is_slippage(const Pubkey& program, std::uint32_t code) {
    if (program == solana::kJupiterV6Program) {
        return code == kJupiterSlippage;
    }
    const auto venue = dex::venue_of_program(program);
    for (const VenueCode& each : kSlippageCodes) {
        if (venue == each.venue && each.code == code) {
            return true;
        }
    }
    return false;
}

ChainFailure chain_failure(std::string_view error, std::span<const Pubkey> programs_failed,
                           const VenueSet& intended) {
    if (error.find(kInstructionError) == std::string_view::npos) {
        // Its blockhash is too old, or the node is too far behind to know it.
        const bool is_blockhash = error == R"("BlockhashNotFound")";
        return {is_blockhash ? FailureClass::Rpc : FailureClass::None};
    }
    ChainFailure found{FailureClass::ProgramError};
    for (const Pubkey& program : programs_failed) {
        if (const auto venue = dex::venue_of_program(program)) {
            found.venue = venue;
            break;
        }
    }
    if (const auto code = custom_code(error)) {
        const bool is_price = programs_failed.empty() ? is_intended_slippage(intended, *code)
                                                      : is_slippage(programs_failed.front(), *code);
        found.failure = is_price ? FailureClass::Slippage : FailureClass::ProgramError;
    }
    return found;
}

ChainFailure preflight_failure(const rpc::RpcError& error, const VenueSet& intended) {
    return chain_failure(error_within(error.data), programs_failed_within(error.data), intended);
}

}  // namespace sniperforge::execute
