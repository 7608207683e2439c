// SPDX-License-Identifier: MIT
// Runs one transaction against the state, as a leader does: checks, fee, instructions, rent.
#include <algorithm>

#include "sim/chain_state.hpp"
#include "sim/durable_nonce.hpp"
#include "sim/program_token_layout.hpp"
#include "sim/programs.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {
namespace {

// Accounts that one transaction may lock. Source: protocol wire section 2.2.
constexpr std::size_t kAccountLocksMax = 64;
// What loading an account and a lookup table counts besides data. Source: SIMD-0186.
constexpr std::uint64_t kLoadedAccountBytes = 64;
constexpr std::uint64_t kLookupTableBytes = 8'248;

// The state as one transaction sees it, on the way to its outcome.
class Processing {
 public:
    Processing(const ChainState& state, const solana::Transaction& transaction,
               const ProcessOptions& options)
        : state_{state},
          transaction_{transaction},
          message_{transaction.message},
          options_{options} {}

    [[nodiscard]] Processed run();

 private:
    [[nodiscard]] Slot slot() const { return options_.as_of.value_or(state_.slot); }
    [[nodiscard]] const Account* find(const Pubkey& key) const {
        return options_.as_of ? state_.find_at(key, *options_.as_of) : state_.find(key);
    }
    [[nodiscard]] std::optional<TransactionError> check();
    [[nodiscard]] bool is_executed() const;
    [[nodiscard]] std::optional<TransactionError> check_lifetime();
    [[nodiscard]] std::optional<TransactionError> load();
    [[nodiscard]] std::optional<TransactionError> load_lookups();
    [[nodiscard]] std::optional<TransactionError> check_fee_payer() const;
    [[nodiscard]] std::optional<TransactionError> execute();
    [[nodiscard]] std::uint64_t loaded_data_size() const;
    [[nodiscard]] std::optional<TransactionError> check_programs() const;
    [[nodiscard]] std::optional<TransactionError> check_rent(
        const std::vector<LoadedAccount>& after) const;
    void charge_fee();
    void advance_nonce_of_failed();
    [[nodiscard]] std::vector<TokenBalance> token_balances(
        const std::vector<LoadedAccount>& accounts) const;
    [[nodiscard]] std::uint8_t decimals_of(const Pubkey& mint,
                                           const std::vector<LoadedAccount>& accounts) const;

    const ChainState& state_;
    const solana::Transaction& transaction_;
    const solana::Message& message_;
    const ProcessOptions& options_;
    ComputeBudget budget_;
    std::optional<NonceUse> nonce_;  // Where it is the lifetime.
    std::uint64_t fee_ = 0;
    std::vector<Pubkey> keys_;
    std::size_t loaded_writable_ = 0, loaded_readonly_ = 0;
    std::vector<LoadedAccount> before_;  // With the fee still on the payer.
    Processed out_;
};

std::optional<TransactionError> Processing::check() {
    if (options_.verify_signatures && !solana::verify_signatures(transaction_)) {
        return transaction_error(TransactionErrorKind::SignatureFailure);
    }
    const auto budget = compute_budget_of(message_);
    if (!budget) {
        return budget.error();
    }
    budget_ = *budget;
    if (auto error = check_lifetime()) {
        return error;
    }
    if (is_executed()) {
        return transaction_error(TransactionErrorKind::AlreadyProcessed);
    }
    fee_ = options_.charge_fee ? fee_of(message_, budget_) : 0;
    return std::nullopt;
}

// A node that lags does not know of what ran in later slots.
bool Processing::is_executed() const {
    const Signature& id = transaction_.transaction_id();
    if (!state_.executed.contains(id)) {
        return false;
    }
    const Receipt* receipt = options_.as_of ? state_.receipts.find(id) : nullptr;
    return receipt == nullptr || receipt->slot <= *options_.as_of;
}

// A recent blockhash, or else the value of a durable nonce.
std::optional<TransactionError> Processing::check_lifetime() {
    if (!options_.check_blockhash || state_.is_blockhash_valid(message_.recent_blockhash, slot())) {
        return std::nullopt;
    }
    nonce_ = nonce_use(state_, message_, slot());
    return nonce_ ? std::nullopt
                  : std::optional{transaction_error(TransactionErrorKind::BlockhashNotFound)};
}

std::optional<TransactionError> Processing::load_lookups() {
    std::vector<Pubkey> readonly;
    for (const auto& lookup : message_.address_table_lookups) {
        const Account* account = find(lookup.table);
        if (account == nullptr) {
            return transaction_error(TransactionErrorKind::AddressLookupTableNotFound);
        }
        if (account->owner != solana::kAddressLookupTableProgram) {
            return transaction_error(TransactionErrorKind::InvalidAddressLookupTableOwner);
        }
        const auto table = solana::decode_lookup_table(account->data);
        if (!table) {
            return transaction_error(TransactionErrorKind::InvalidAddressLookupTableData);
        }
        const auto usable = table->usable_at(slot());
        for (const bool is_writable : {true, false}) {
            for (const std::uint8_t index :
                 is_writable ? lookup.writable_indexes : lookup.readonly_indexes) {
                if (index >= usable.size()) {
                    return transaction_error(TransactionErrorKind::InvalidAddressLookupTableIndex);
                }
                (is_writable ? keys_ : readonly).push_back(usable[index]);
            }
        }
    }
    loaded_writable_ = keys_.size() - message_.account_keys.size();
    loaded_readonly_ = readonly.size();
    keys_.insert(keys_.end(), readonly.begin(), readonly.end());
    return std::nullopt;
}

std::optional<TransactionError> Processing::load() {
    keys_ = message_.account_keys;
    if (auto error = load_lookups()) {
        return error;
    }
    if (keys_.size() > kAccountLocksMax) {
        return transaction_error(TransactionErrorKind::TooManyAccountLocks);
    }
    auto sorted = keys_;
    std::ranges::sort(sorted);
    if (std::ranges::adjacent_find(sorted) != sorted.end()) {
        return transaction_error(TransactionErrorKind::AccountLoadedTwice);
    }
    before_.reserve(keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const Account* account = find(keys_[i]);
        LoadedAccount loaded;
        loaded.key = keys_[i];
        if (account != nullptr) {
            loaded.account = *account;
        }
        const std::size_t static_count = message_.account_keys.size();
        const bool is_writable_listed =
            i < static_count ? message_.is_writable(i) : i < static_count + loaded_writable_;
        loaded.is_signer = i < static_count && message_.is_signer(i);
        // Programs are never written to, whatever the message says.
        loaded.is_writable = is_writable_listed && !loaded.account.is_executable;
        before_.push_back(std::move(loaded));
    }
    return std::nullopt;
}

std::optional<TransactionError> Processing::check_fee_payer() const {
    if (!options_.charge_fee) {
        return std::nullopt;
    }
    const Account& payer = before_.front().account;
    if (payer.lamports.is_zero()) {
        return transaction_error(TransactionErrorKind::AccountNotFound);
    }
    // A wallet, or a nonce account, which must stay rent exempt.
    const auto nonce = payer.data.empty() ? std::nullopt : read_nonce(payer.data);
    const bool is_nonce = nonce && nonce->is_initialized;
    if (payer.owner != solana::kSystemProgram || (!payer.data.empty() && !is_nonce)) {
        return transaction_error(TransactionErrorKind::InvalidAccountForFee);
    }
    const auto rest = payer.lamports.checked_sub(Lamports{fee_});
    const std::uint64_t kept =
        is_nonce ? state_.clock(slot()).rent_exempt_minimum(payer.data.size()) : 0;
    if (!rest || rest->raw() < kept) {
        return transaction_error(TransactionErrorKind::InsufficientFundsForFee);
    }
    const std::uint64_t exempt = state_.clock(slot()).rent_exempt_minimum(0);
    if (!rest->is_zero() && rest->raw() < exempt && payer.lamports.raw() >= exempt) {
        return insufficient_funds_for_rent(0);
    }
    return std::nullopt;
}

// Every account that is there, by its own length; lookup tables at their largest.
std::uint64_t Processing::loaded_data_size() const {
    std::uint64_t size = kLookupTableBytes * message_.address_table_lookups.size();
    for (const LoadedAccount& loaded : before_) {
        if (!loaded.account.lamports.is_zero()) {
            size += kLoadedAccountBytes + loaded.account.data.size();
        }
    }
    return size;
}

std::optional<TransactionError> Processing::check_programs() const {
    for (const auto& instruction : message_.instructions) {
        const Account& program = before_[instruction.program_id_index].account;
        if (program.lamports.is_zero()) {
            return transaction_error(TransactionErrorKind::ProgramAccountNotFound);
        }
        if (!program.is_executable) {
            return transaction_error(TransactionErrorKind::InvalidProgramForExecution);
        }
    }
    return std::nullopt;
}

void Processing::charge_fee() {
    out_.accounts = before_;
    out_.accounts.front().account.lamports -= Lamports{fee_};
    out_.accounts.front().is_changed = fee_ > 0;
}

// A failed transaction uses up its nonce all the same, or it could be tried again for ever.
void Processing::advance_nonce_of_failed() {
    if (nonce_) {
        LoadedAccount& account = out_.accounts[nonce_->account_index];
        account.account.data = nonce_data(nonce_->advanced);
        account.is_changed = true;
    }
}

std::optional<TransactionError> Processing::execute() {
    out_.loaded_accounts_data_size = std::min(loaded_data_size(), budget_.loaded_data_max);
    if (loaded_data_size() > budget_.loaded_data_max) {
        return transaction_error(TransactionErrorKind::MaxLoadedAccountsDataSizeExceeded);
    }
    if (auto error = check_programs()) {
        return error;
    }
    Runtime runtime{out_.accounts, state_.clock(slot()), budget_.units_limit};
    std::optional<TransactionError> error;
    for (std::size_t i = 0; i < message_.instructions.size() && !error; ++i) {
        const auto& instruction = message_.instructions[i];
        const auto result = runtime.run(i, instruction.program_id_index,
                                        instruction.account_indexes, instruction.data);
        if (!result) {
            error = instruction_failed(i, result.error());
        }
    }
    out_.receipt.logs = std::move(runtime.logs());
    out_.receipt.inner_instructions = std::move(runtime.inner_instructions());
    out_.receipt.compute_units_consumed = runtime.units_consumed();
    if (!error) {
        error = check_rent(runtime.accounts());
    }
    if (!error) {
        out_.accounts = std::move(runtime.accounts());
    }
    return error;
}

// An account ends at zero or rent exempt, unless it paid rent before and has not got poorer or
// larger. Source: protocol wire section 7.
std::optional<TransactionError> Processing::check_rent(
    const std::vector<LoadedAccount>& after) const {
    const ChainClock clock = state_.clock(slot());
    for (std::size_t i = 0; i < after.size(); ++i) {
        const Account& now = after[i].account;
        const Account& then = before_[i].account;
        if (!after[i].is_changed || now.lamports.is_zero() ||
            now.lamports.raw() >= clock.rent_exempt_minimum(now.data.size())) {
            continue;
        }
        const bool was_paying = !then.lamports.is_zero() &&
                                then.lamports.raw() < clock.rent_exempt_minimum(then.data.size());
        if (!was_paying || now.data.size() != then.data.size() || now.lamports > then.lamports) {
            return insufficient_funds_for_rent(i);
        }
    }
    return std::nullopt;
}

std::uint8_t Processing::decimals_of(const Pubkey& mint,
                                     const std::vector<LoadedAccount>& accounts) const {
    const auto loaded = std::ranges::find(accounts, mint, &LoadedAccount::key);
    const Account* account = loaded != accounts.end() ? &loaded->account : find(mint);
    return account != nullptr && token::is_mint(*account) ? account->data[token::kDecimals]
                                                          : std::uint8_t{0};
}

std::vector<TokenBalance> Processing::token_balances(
    const std::vector<LoadedAccount>& accounts) const {
    std::vector<TokenBalance> balances;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        const Account& account = accounts[i].account;
        if (!token::is_account(account)) {
            continue;
        }
        const Pubkey mint = token::mint(account.data);
        balances.push_back({static_cast<std::uint8_t>(i), mint, token::owner(account.data),
                            account.owner, token::amount(account.data),
                            decimals_of(mint, accounts)});
    }
    return balances;
}

Processed Processing::run() {
    out_.receipt.signature = transaction_.transaction_id();
    out_.error = check();
    if (!out_.error) {
        out_.error = load();
    }
    if (!out_.error) {
        out_.error = check_fee_payer();
    }
    if (out_.error) {
        out_.receipt.error_json = out_.error->json;
        return std::move(out_);
    }
    charge_fee();
    out_.is_landed = true;
    out_.error = execute();
    if (out_.error) {
        advance_nonce_of_failed();
    }
    Receipt& receipt = out_.receipt;
    receipt.error_json = out_.error ? out_.error->json : "null";
    receipt.fee = fee_;
    for (const LoadedAccount& loaded : before_) {
        receipt.pre_balances.push_back(loaded.account.lamports.raw());
    }
    for (const LoadedAccount& loaded : out_.accounts) {
        receipt.post_balances.push_back(loaded.account.lamports.raw());
    }
    receipt.pre_token_balances = token_balances(before_);
    receipt.post_token_balances = token_balances(out_.accounts);
    receipt.account_keys = std::move(keys_);
    receipt.loaded_writable = loaded_writable_;
    receipt.loaded_readonly = loaded_readonly_;
    return std::move(out_);
}

}  // namespace

Processed ChainState::process(const solana::Transaction& transaction,
                              const ProcessOptions& process_options) const {
    return Processing{*this, transaction, process_options}.run();
}

}  // namespace sniperforge::sim
