// SPDX-License-Identifier: MIT
// Raydium AMM v4 swaps: tags 9 and 11 with 17 or 18 accounts, 16 and 17 with 8. Order book accounts
// are not checked, as in the current program. Source: protocol amm-raydium section 1.
#include "sim/program_amm_v4.hpp"

#include <fmt/format.h>

#include "sim/program_token_layout.hpp"
#include "sim/programs.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim {
namespace amm_v4 {
namespace {

const solana::ProgramAddress& authority_address() {
    static const solana::ProgramAddress address =
        solana::find_program_address({solana::seed("amm authority")}, solana::kRaydiumAmmV4Program);
    return address;
}

u128 ceil_div(u128 a, u128 b) { return a / b + (a % b == 0 ? 0 : 1); }

}  // namespace

const Pubkey& authority() { return authority_address().address; }
std::uint8_t authority_nonce() { return authority_address().bump; }

std::uint64_t fee_of(std::uint64_t amount, const Fee& fee) {
    const u128 taken = ceil_div(static_cast<u128>(amount) * fee.numerator, fee.denominator);
    return static_cast<std::uint64_t>(taken);
}

std::uint64_t amount_out(const Reserves& reserves, std::uint64_t amount, const Fee& fee) {
    const std::uint64_t taken = fee_of(amount, fee);
    const u128 n = amount - taken;
    const u128 bottom = reserves.in + n;
    return bottom == 0 ? 0 : static_cast<std::uint64_t>(n * reserves.out / bottom);
}

std::optional<std::uint64_t> amount_in(const Reserves& reserves, std::uint64_t out,
                                       const Fee& fee) {
    if (out >= reserves.out || fee.numerator >= fee.denominator) {
        return std::nullopt;
    }
    const u128 raw = ceil_div(static_cast<u128>(reserves.in) * out, reserves.out - out);
    if (raw > kU64Max) {
        return std::nullopt;
    }
    const u128 in = ceil_div(raw * fee.denominator, fee.denominator - fee.numerator);
    if (in > kU64Max) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(in);
}

namespace {

enum Error : std::uint32_t {
    kInvalidProgramAddress = 1,
    kInvalidCoinVault = 4,
    kInvalidPcVault = 5,
    kInvalidSigner = 21,
    kInvalidStatus = 22,
    kWrongAccountCount = 24,
    kInvalidInput = 29,
    kExceededSlippage = 30,
    kWrongTokenProgram = 38,
    kInsufficientFunds = 40,
    kInvalidUserToken = 42,
};

// Recorded: 31,140 units, of which the two transfers are 9,381.
constexpr std::uint64_t kSwapUnits = 21'759;
constexpr std::uint64_t kUnitsOfUnknown = 500;

enum Direction : std::uint64_t { kPcToCoin = 1, kCoinToPc = 2 };

// Where the accounts of the swap's three forms stand.
struct Accounts {
    std::size_t token_program = 0, pool = 1, authority = 2, coin_vault = 0, pc_vault = 0,
                source = 0, destination = 0, user = 0;
};

std::optional<Accounts> accounts_of(std::size_t count, bool is_v2) {
    if (is_v2) {
        return count < 8 ? std::nullopt : std::optional{Accounts{0, 1, 2, 3, 4, 5, 6, 7}};
    }
    if (count != 17 && count != 18) {
        return std::nullopt;
    }
    const std::size_t shift = count - 17;  // The 18-account form has target_orders at 4.
    return Accounts{0, 1, 2, 4 + shift, 5 + shift, 14 + shift, 15 + shift, 16 + shift};
}

Pubkey key_at(BytesView data, std::size_t offset) {
    return Pubkey::from(data.subspan(offset, Pubkey::kSize));
}

ProgramResult check_accounts(Invocation& call, const Accounts& at) {
    if (!call.is_signer(at.user)) {
        return custom_error(kInvalidSigner);
    }
    if (call.key(at.token_program) != solana::kTokenProgram) {
        return custom_error(kWrongTokenProgram);
    }
    const Account& pool = call.account(at.pool);
    if (pool.owner != call.program_id()) {
        return program_error(RuntimeError::IncorrectProgramId);
    }
    if (pool.data.size() != kPoolBytes) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    if (call.key(at.authority) != authority()) {
        return custom_error(kInvalidProgramAddress);
    }
    const auto is_token = [&](std::size_t index) { return token::is_account(call.account(index)); };
    if (call.key(at.coin_vault) != key_at(pool.data, kCoinVault) || !is_token(at.coin_vault)) {
        return custom_error(kInvalidCoinVault);
    }
    if (call.key(at.pc_vault) != key_at(pool.data, kPcVault) || !is_token(at.pc_vault)) {
        return custom_error(kInvalidPcVault);
    }
    if (!is_token(at.source) || !is_token(at.destination)) {
        return custom_error(kInvalidUserToken);
    }
    return {};
}

struct Plan {
    Direction direction = kCoinToPc;
    Reserves reserves;
    Fee fee;
    std::uint64_t coin = 0, pc = 0;  // Net reserves.
    std::uint64_t amount_in = 0, amount_out = 0;
};

// Swapping is allowed in states 1 and 6, and in 7 once the open time has come.
ProgramResult check_status(Invocation& call, const Accounts& at) {
    const Bytes& pool = call.account(at.pool).data;
    const auto status = read_le<std::uint64_t>(pool, kStatus);
    if (status == kInitialized || status == kSwapOnly) {
        return {};
    }
    const auto open_time = read_le<std::uint64_t>(pool, kOpenTime);
    if (status != kWaitingTrade || static_cast<std::uint64_t>(call.clock().unix_time) < open_time) {
        return custom_error(kInvalidStatus);
    }
    auto state = call.data_of(at.pool);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    write_le(*state, kStatus, std::uint64_t{kSwapOnly});
    return {};
}

Executed<Plan> make_plan(Invocation& call, const Accounts& at) {
    const Bytes& pool = call.account(at.pool).data;
    const Pubkey source_mint = token::mint(call.account(at.source).data);
    const Pubkey destination_mint = token::mint(call.account(at.destination).data);
    const Pubkey coin_mint = key_at(pool, kCoinMint);
    const Pubkey pc_mint = key_at(pool, kPcMint);
    Plan plan;
    if (source_mint == coin_mint && destination_mint == pc_mint) {
        plan.direction = kCoinToPc;
    } else if (source_mint == pc_mint && destination_mint == coin_mint) {
        plan.direction = kPcToCoin;
    } else {
        return custom_error(kInvalidUserToken);
    }
    const std::uint64_t coin_held = token::amount(call.account(at.coin_vault).data);
    const std::uint64_t pc_held = token::amount(call.account(at.pc_vault).data);
    const auto coin_owed = read_le<std::uint64_t>(pool, kNeedTakePnlCoin);
    const auto pc_owed = read_le<std::uint64_t>(pool, kNeedTakePnlPc);
    if (coin_owed > coin_held || pc_owed > pc_held) {
        return custom_error(kInsufficientFunds);
    }
    plan.coin = coin_held - coin_owed;
    plan.pc = pc_held - pc_owed;
    plan.reserves =
        plan.direction == kCoinToPc ? Reserves{plan.coin, plan.pc} : Reserves{plan.pc, plan.coin};
    plan.fee = {read_le<std::uint64_t>(pool, kSwapFeeNumerator),
                read_le<std::uint64_t>(pool, kSwapFeeDenominator)};
    if (plan.fee.denominator == 0 || plan.fee.numerator >= plan.fee.denominator) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    return plan;
}

struct Wanted {
    bool is_base_in = true;
    std::uint64_t first = 0, second = 0;  // (amount_in, min_out) or (max_in, amount_out).
};

// Fills in the amounts and checks them against the caller's bound and balance.
ProgramResult price(Invocation& call, const Accounts& at, const Wanted& wanted, Plan& plan) {
    if (wanted.is_base_in) {
        plan.amount_in = wanted.first;
        plan.amount_out = amount_out(plan.reserves, plan.amount_in, plan.fee);
        if (plan.amount_out < wanted.second) {
            return custom_error(kExceededSlippage);
        }
        if (plan.amount_out == 0) {
            return custom_error(kInvalidInput);
        }
        if (plan.amount_out >= plan.reserves.out) {
            return custom_error(kInsufficientFunds);
        }
    } else {
        plan.amount_out = wanted.second;
        if (plan.amount_out == 0) {
            return custom_error(kInvalidInput);
        }
        if (plan.amount_out >= plan.reserves.out) {
            return custom_error(kInsufficientFunds);
        }
        const auto in = amount_in(plan.reserves, plan.amount_out, plan.fee);
        if (!in || *in > wanted.first) {
            return custom_error(kExceededSlippage);
        }
        plan.amount_in = *in;
    }
    if (token::amount(call.account(at.source).data) < plan.amount_in) {
        return custom_error(kInsufficientFunds);
    }
    return {};
}

template <typename Integer>
void add_to(std::span<std::uint8_t> data, std::size_t offset, Integer amount) {
    write_le(data, offset, static_cast<Integer>(read_le<Integer>(data, offset) + amount));
}

ProgramResult book(Invocation& call, const Accounts& at, const Plan& plan) {
    auto state = call.data_of(at.pool);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    const bool is_coin_in = plan.direction == kCoinToPc;
    const std::uint64_t fee = fee_of(plan.amount_in, plan.fee);
    add_to<u128>(*state, is_coin_in ? kSwapCoinIn : kSwapPcIn, plan.amount_in);
    add_to<u128>(*state, is_coin_in ? kSwapPcOut : kSwapCoinOut, plan.amount_out);
    add_to<std::uint64_t>(*state, is_coin_in ? kAccCoinFee : kAccPcFee, fee);
    write_le(*state, kRecentEpoch, call.clock().epoch);
    return {};
}

void log_ray(Invocation& call, const Accounts& at, const Wanted& wanted, const Plan& plan) {
    constexpr std::uint8_t kSwapBaseInLog = 3, kSwapBaseOutLog = 4;
    Bytes log;
    append_le(log, wanted.is_base_in ? kSwapBaseInLog : kSwapBaseOutLog);
    append_le(log, wanted.first);
    append_le(log, wanted.second);
    append_le(log, std::uint64_t{plan.direction});
    append_le(log, token::amount(call.account(at.source).data));
    append_le(log, plan.coin);
    append_le(log, plan.pc);
    append_le(log, wanted.is_base_in ? plan.amount_out : plan.amount_in);
    call.log(fmt::format("ray_log: {}", base64_encode(log)));
}

struct Move {
    Pubkey from, to, authority;
    std::uint64_t amount = 0;
};

ProgramResult move(Invocation& call, const Move& wanted) {
    solana::Instruction transfer{solana::kTokenProgram,
                                 {solana::writable(wanted.from), solana::writable(wanted.to),
                                  solana::signer(wanted.authority)},
                                 {3}};
    append_le(transfer.data, wanted.amount);
    const Pubkey& derived = authority();
    return call.invoke(transfer, {&derived, 1});
}

ProgramResult swap(Invocation& call, bool is_base_in, bool is_v2) {
    const auto at = accounts_of(call.size(), is_v2);
    if (!at) {
        return custom_error(kWrongAccountCount);
    }
    ByteReader reader{call.data().subspan(1)};
    const Wanted wanted{is_base_in, reader.read<std::uint64_t>(), reader.read<std::uint64_t>()};
    if (!reader.ok()) {
        return program_error(RuntimeError::InvalidInstructionData);
    }
    SF_SIM_TRY(check_accounts(call, *at));
    SF_SIM_TRY(check_status(call, *at));
    auto plan = make_plan(call, *at);
    if (!plan) {
        return InstructionFailure{std::move(plan).error()};
    }
    SF_SIM_TRY(price(call, *at, wanted, *plan));
    log_ray(call, *at, wanted, *plan);
    SF_SIM_TRY(book(call, *at, *plan));
    const bool is_coin_in = plan->direction == kCoinToPc;
    const Pubkey vault_in = call.key(is_coin_in ? at->coin_vault : at->pc_vault);
    const Pubkey vault_out = call.key(is_coin_in ? at->pc_vault : at->coin_vault);
    SF_SIM_TRY(move(call, {call.key(at->source), vault_in, call.key(at->user), plan->amount_in}));
    return move(call, {vault_out, call.key(at->destination), authority(), plan->amount_out});
}

}  // namespace
}  // namespace amm_v4

ProgramResult run_amm_v4(Invocation& call) {
    enum Tag : std::uint8_t {
        kSwapBaseIn = 9,
        kSwapBaseOut = 11,
        kSwapBaseInV2 = 16,
        kSwapBaseOutV2 = 17,
    };
    const std::uint8_t tag = call.data().empty() ? std::uint8_t{0xff} : call.data().front();
    const bool is_base_in = tag == kSwapBaseIn || tag == kSwapBaseInV2;
    const bool is_base_out = tag == kSwapBaseOut || tag == kSwapBaseOutV2;
    if (!is_base_in && !is_base_out) {
        SF_SIM_TRY(call.consume(amm_v4::kUnitsOfUnknown));
        return program_error(RuntimeError::InvalidInstructionData);
    }
    SF_SIM_TRY(call.consume(amm_v4::kSwapUnits));
    return amm_v4::swap(call, is_base_in, tag == kSwapBaseInV2 || tag == kSwapBaseOutV2);
}

}  // namespace sniperforge::sim
