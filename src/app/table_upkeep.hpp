// SPDX-License-Identifier: MIT
// Lookup tables of our own: what is in them, what the pools of the settings need beside, and the
// steps that make, fill and give them up. Each step begins with what the chain says, so that one
// that was cut goes on where it stopped.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/pool_accounts.hpp"
#include "app/upkeep.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::app {

struct TableView {
    Pubkey table;
    std::optional<solana::LookupTableAccount> account;
    Lamports lamports;
    std::string problem;     // Why there is no account: it is not there, or is no table.
    std::string difference;  // Between two endpoints; empty: none.
    bool is_ours = false;    // The wallet is its authority.
    [[nodiscard]] bool is_absent() const { return !account; }
    // Nobody can change it any more. What is in it stays.
    [[nodiscard]] bool is_frozen() const { return account && !account->authority; }
    // No other hand can take it away, and it takes part in new transactions.
    [[nodiscard]] bool is_usable() const {
        return account && (is_ours || is_frozen()) && account->is_active();
    }
    [[nodiscard]] bool is_fillable() const {
        return is_ours && difference.empty() && account->is_active() &&
               account->addresses.size() < solana::kLookupTableAddressesMax;
    }
};

struct TablesReading {
    std::vector<TableView> tables;
    PoolAccounts wanted;
    std::vector<Pubkey> missing;  // Wanted, and in no table that is usable.
    bool is_confirmed = false;    // Two endpoints were asked.
};
struct TablesAsked {
    Pubkey wallet;
    std::vector<Pubkey> tables;  // Those known: of the journal, the settings, the command line.
    PoolAccounts wanted;         // What is to be in them; read once, however often they are.
};
[[nodiscard]] Result<TablesReading> read_tables(net::Reactor& reactor, rpc::RpcClient& rpc,
                                                const TablesAsked& asked, Slot slot_min = {});

// What the addresses that are missing would cost: rent, fees, and the transactions for it.
struct TablesCost {
    Lamports rent, fees;
    std::size_t transactions = 0;
};
[[nodiscard]] TablesCost cost_of_missing(const TablesReading& reading,
                                         const config::ExecutionSettings& execution);

class TableUpkeep {
 public:
    TableUpkeep(net::Reactor& reactor, rpc::RpcClient& rpc, Upkeep& upkeep,
                const CourierOptions& options, TablesAsked asked)
        : reactor_{reactor},
          rpc_{rpc},
          upkeep_{upkeep},
          options_{options},
          asked_{std::move(asked)} {}

    [[nodiscard]] Result<TablesReading> read() {
        return read_tables(reactor_, rpc_, asked_, upkeep_.slot_settled());
    }
    // Extends what has room, and makes a table where none has, until nothing is missing.
    [[nodiscard]] Result<void> fill();
    // Deactivates the table, waits until no block can use it any more, and closes it.
    [[nodiscard]] Result<void> close(const Pubkey& table);

 private:
    [[nodiscard]] Result<void> create();
    [[nodiscard]] Result<void> close_cool(const Pubkey& table, Slot deactivated_at);

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    Upkeep& upkeep_;
    const CourierOptions& options_;
    TablesAsked asked_;
};

[[nodiscard]] std::string tables_json(const TablesReading& reading, const Pubkey& wallet,
                                      const std::vector<UpkeepDone>& done);
void print_tables(const TablesReading& reading, const config::ExecutionSettings& execution);

}  // namespace sniperforge::app
