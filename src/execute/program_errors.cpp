// SPDX-License-Identifier: MIT
#include "sniperforge/execute/program_errors.hpp"

#include <algorithm>
#include <array>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::execute {
namespace {

// Sources: the protocol notes that each part names. What is not here an Anchor program names in its
// logs, and is a failure of the program's that asks for nothing. A pool that says that it is
// closed, or empty, is read again: what its accounts say then keeps orders out of it. Names of AMM
// v4, of the rents, fees and recipients of pump's programs, are ours for what the notes describe.
[[nodiscard]] consteval auto all_errors() {
    using enum FailureAction;
    return std::array{
        // wire: SPL Token.
        ProgramError{&solana::kTokenProgram, 0, "NotRentExempt", StopEntries},
        ProgramError{&solana::kTokenProgram, 1, "InsufficientFunds", None},
        ProgramError{&solana::kTokenProgram, 2, "InvalidMint", None},
        ProgramError{&solana::kTokenProgram, 3, "MintMismatch", RefreshAccounts},
        ProgramError{&solana::kTokenProgram, 4, "OwnerMismatch", RefreshAccounts},
        ProgramError{&solana::kTokenProgram, 9, "UninitializedState", RefreshAccounts},
        ProgramError{&solana::kTokenProgram, 11, "NonNativeHasBalance", None},
        ProgramError{&solana::kTokenProgram, 17, "AccountFrozen", QuarantineToken},
        // wire, and Token-2022's own TokenError.
        ProgramError{&solana::kToken2022Program, 37, "NonTransferable", QuarantineToken},
        ProgramError{&solana::kToken2022Program, 67, "MintPaused", QuarantineToken},
        // wire.
        ProgramError{&solana::kSystemProgram, 0, "AccountAlreadyInUse", None},
        ProgramError{&solana::kSystemProgram, 1, "ResultWithNegativeLamports", StopEntries},
        // amm-raydium.
        ProgramError{&solana::kRaydiumAmmV4Program, 4, "InvalidVault", RefreshAccounts},
        ProgramError{&solana::kRaydiumAmmV4Program, 5, "InvalidVault", RefreshAccounts},
        ProgramError{&solana::kRaydiumAmmV4Program, 22, "InvalidStatus", RefreshAccounts},
        ProgramError{&solana::kRaydiumAmmV4Program, 24, "WrongAccountsNumber", None},
        ProgramError{&solana::kRaydiumAmmV4Program, 29, "InvalidInput", None},
        ProgramError{&solana::kRaydiumAmmV4Program, 30, "ExceededSlippage", Requote},
        ProgramError{&solana::kRaydiumAmmV4Program, 38, "InvalidSplTokenProgram", RefreshAccounts},
        ProgramError{&solana::kRaydiumAmmV4Program, 40, "InsufficientFunds", None},
        ProgramError{&solana::kRaydiumAmmV4Program, 42, "InvalidUserToken", RefreshAccounts},
        // amm-raydium.
        ProgramError{&solana::kRaydiumCpmmProgram, 6000, "NotApproved", RefreshAccounts},
        ProgramError{&solana::kRaydiumCpmmProgram, 6003, "InvalidInput", None},
        ProgramError{&solana::kRaydiumCpmmProgram, 6005, "ExceededSlippage", Requote},
        ProgramError{&solana::kRaydiumCpmmProgram, 6006, "ZeroTradingTokens", None},
        ProgramError{&solana::kRaydiumCpmmProgram, 6008, "InvalidVault", RefreshAccounts},
        ProgramError{&solana::kRaydiumCpmmProgram, 6012, "InsufficientVault", RefreshAccounts},
        // amm-raydium.
        ProgramError{&solana::kRaydiumClmmProgram, 6016, "LiquidityInsufficient", RefreshAccounts},
        ProgramError{&solana::kRaydiumClmmProgram, 6017, "PriceSlippageCheck", Requote},
        ProgramError{&solana::kRaydiumClmmProgram, 6018, "TooLittleOutputReceived", Requote},
        ProgramError{&solana::kRaydiumClmmProgram, 6019, "TooMuchInputPaid", Requote},
        ProgramError{&solana::kRaydiumClmmProgram, 6021, "InvalidInputPoolVault", RefreshAccounts},
        ProgramError{&solana::kRaydiumClmmProgram, 6022, "TooSmallInputOrOutputAmount", None},
        ProgramError{&solana::kRaydiumClmmProgram, 6023, "NotEnoughTickArrayAccount",
                     RefreshAccounts},
        ProgramError{&solana::kRaydiumClmmProgram, 6024, "InvalidFirstTickArrayAccount",
                     RefreshAccounts},
        ProgramError{&solana::kRaydiumClmmProgram, 6035, "MissingTickArrayBitmapExtensionAccount",
                     RefreshAccounts},
        ProgramError{&solana::kRaydiumClmmProgram, 6036, "InsufficientLiquidityForDirection",
                     RefreshAccounts},
        // amm-orca.
        ProgramError{&solana::kOrcaWhirlpoolProgram, 6012, "LiquidityZero", RefreshAccounts},
        ProgramError{&solana::kOrcaWhirlpoolProgram, 6023, "InvalidTickArraySequence",
                     RefreshAccounts},
        ProgramError{&solana::kOrcaWhirlpoolProgram, 6035, "ZeroTradableAmount", None},
        ProgramError{&solana::kOrcaWhirlpoolProgram, 6036, "AmountOutBelowMinimum", Requote},
        ProgramError{&solana::kOrcaWhirlpoolProgram, 6037, "AmountInAboveMaximum", Requote},
        ProgramError{&solana::kOrcaWhirlpoolProgram, 6038, "TickArraySequenceInvalidIndex",
                     RefreshAccounts},
        ProgramError{&solana::kOrcaWhirlpoolProgram, 6064, "TradeIsNotEnabled", RefreshAccounts},
        // amm-pump.
        ProgramError{&solana::kPumpCurveProgram, 6002, "TooMuchSolRequired", Requote},
        ProgramError{&solana::kPumpCurveProgram, 6003, "TooLittleSolReceived", Requote},
        ProgramError{&solana::kPumpCurveProgram, 6005, "BondingCurveComplete", RefreshAccounts},
        ProgramError{&solana::kPumpCurveProgram, 6040, "NotEnoughSolForRent", StopEntries},
        ProgramError{&solana::kPumpCurveProgram, 6041, "NotEnoughSolForFees", StopEntries},
        ProgramError{&solana::kPumpCurveProgram, 6042, "BuySlippageBelowMinTokensOut", Requote},
        ProgramError{&solana::kPumpCurveProgram, 6057, "BuybackRecipientWrong", RefreshAccounts},
        ProgramError{&solana::kPumpCurveProgram, 6062, "BuybackRecipientMissing", RefreshAccounts},
        ProgramError{&solana::kPumpCurveProgram, 6063, "UnsupportedQuoteMint", None},
        ProgramError{&solana::kPumpCurveProgram, 6072, "MissingCashbackAccounts", RefreshAccounts},
        ProgramError{&solana::kPumpCurveProgram, 6074, "InvalidBondingCurveV2", RefreshAccounts},
        // amm-pump.
        ProgramError{&solana::kPumpSwapProgram, 6004, "ExceededSlippage", Requote},
        ProgramError{&solana::kPumpSwapProgram, 6016, "BuyMoreBaseAmountThanPoolReserves",
                     RefreshAccounts},
        ProgramError{&solana::kPumpSwapProgram, 6020, "DisabledBuy", RefreshAccounts},
        ProgramError{&solana::kPumpSwapProgram, 6021, "DisabledSell", RefreshAccounts},
        ProgramError{&solana::kPumpSwapProgram, 6040, "BuySlippageBelowMinBaseAmountOut", Requote},
        ProgramError{&solana::kPumpSwapProgram, 6053, "BuybackRecipientWrong", RefreshAccounts},
        ProgramError{&solana::kPumpSwapProgram, 6058, "BuybackRecipientMissing", RefreshAccounts},
        ProgramError{&solana::kPumpSwapProgram, 6063, "InsufficientRealQuoteReserves",
                     RefreshAccounts},
        // The published IDL of lb_clmm.
        ProgramError{&solana::kMeteoraDlmmProgram, 6003, "ExceededAmountSlippageTolerance",
                     Requote},
        ProgramError{&solana::kMeteoraDlmmProgram, 6004, "ExceededBinSlippageTolerance", Requote},
        ProgramError{&solana::kMeteoraDlmmProgram, 6007, "ZeroLiquidity", RefreshAccounts},
        ProgramError{&solana::kMeteoraDlmmProgram, 6009, "BinArrayNotFound", RefreshAccounts},
        ProgramError{&solana::kMeteoraDlmmProgram, 6010, "InvalidTokenMint", RefreshAccounts},
        ProgramError{&solana::kMeteoraDlmmProgram, 6012, "PairInsufficientLiquidity",
                     RefreshAccounts},
        // The published IDL of cp_amm.
        ProgramError{&solana::kMeteoraDammV2Program, 6002, "ExceededSlippage", Requote},
        // jupiter.
        ProgramError{&solana::kJupiterV6Program, 6001, "SlippageToleranceExceeded", Requote},
        ProgramError{&solana::kJupiterV6Program, 6008, "NotEnoughAccountKeys", RefreshAccounts},
        ProgramError{&solana::kJupiterV6Program, 6014, "IncorrectTokenProgramID", RefreshAccounts},
        ProgramError{&solana::kJupiterV6Program, 6017, "ExactOutAmountNotMatched", Requote},
        ProgramError{&solana::kJupiterV6Program, 6024, "InsufficientFunds", None},
        ProgramError{&solana::kJupiterV6Program, 6025, "InvalidTokenAccount", RefreshAccounts},
        // wire: what every Anchor program says of accounts that are not those it expects.
        ProgramError{nullptr, 2003, "ConstraintRaw", RefreshAccounts},
        ProgramError{nullptr, 2006, "ConstraintSeeds", RefreshAccounts},
        ProgramError{nullptr, 2012, "ConstraintAddress", RefreshAccounts},
        ProgramError{nullptr, 3001, "AccountDiscriminatorNotFound", RefreshAccounts},
        ProgramError{nullptr, 3005, "AccountNotEnoughKeys", RefreshAccounts},
        ProgramError{nullptr, 3007, "AccountOwnedByWrongProgram", RefreshAccounts},
        ProgramError{nullptr, 3012, "AccountNotInitialized", RefreshAccounts},
    };
}
constexpr auto kErrors = all_errors();

[[nodiscard]] bool is_anchor(const Pubkey& program) {
    if (program == solana::kJupiterV6Program) {
        return true;
    }
    const auto venue = dex::venue_of_program(program);
    return venue && *venue != VenueId::RaydiumAmmV4;
}

[[nodiscard]] const ProgramError* row_of(const Pubkey* program, std::uint32_t code) {
    const auto* const found = std::ranges::find_if(kErrors, [&](const ProgramError& each) {
        const bool is_of = program == nullptr || each.program == nullptr
                               ? program == each.program
                               : *program == *each.program;
        return each.code == code && is_of;
    });
    return found == kErrors.end() ? nullptr : &*found;
}

}  // namespace

std::span<const ProgramError> program_errors() { return kErrors; }

const ProgramError* find_error(const Pubkey& program, std::uint32_t code) {
    const ProgramError* found = row_of(&program, code);
    if (found == nullptr && program == solana::kToken2022Program) {
        found = row_of(&solana::kTokenProgram, code);
    }
    return found == nullptr && is_anchor(program) ? row_of(nullptr, code) : found;
}

std::string error_program_name(const Pubkey& program) {
    if (const auto venue = dex::venue_of_program(program)) {
        return std::string{to_string(*venue)};
    }
    for (const auto& [known, name] :
         {std::pair{&solana::kTokenProgram, "spl_token"},
          std::pair{&solana::kToken2022Program, "token_2022"},
          std::pair{&solana::kSystemProgram, "system"},
          std::pair{&solana::kAssociatedTokenProgram, "associated_token"},
          std::pair{&solana::kComputeBudgetProgram, "compute_budget"},
          std::pair{&solana::kJupiterV6Program, "jupiter_v6"}}) {
        if (*known == program) {
            return name;
        }
    }
    return program.to_string();
}

}  // namespace sniperforge::execute
