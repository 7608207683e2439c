// SPDX-License-Identifier: MIT
// BalanceReader: the wallet's balances as one node has them. The pool of all endpoints may take
// each part from another one, and does not say from which: here each endpoint is asked by itself,
// one after the other, so that two readings in a row are of two nodes. Where there is one only, it
// is the pool.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/net/reactor.hpp"
#include "sniperforge/portfolio/ledger.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::app {

class BalanceReader {
 public:
    struct Reading {
        std::size_t endpoint = 0;
        portfolio::ChainBalances balances;
        bool is_alone = false;  // There is no other endpoint that could be asked, or soon will be.
    };
    // One that is excluded may be slow only: it counts as absent after so long. Nobody waits for
    // it but who would otherwise take one endpoint's word for what is ours.
    static constexpr Duration kAbsentAfter = std::chrono::seconds{30};

    // Those that only send are left out. The pool outlives the reader.
    BalanceReader(net::Reactor& reactor, rpc::RpcClient& pool, std::vector<rpc::Endpoint> endpoints,
                  Duration timeout);

    // The next endpoint in turn that is not excluded, whatever the last one answered.
    void read(const Pubkey& wallet, const rpc::ReadOptions& options,
              std::function<void(Result<Reading>)> done);
    // As RpcClient::exclude(), for the clients that are its own. Where all are, reading is an
    // error.
    void exclude(const std::string& endpoint);
    void admit(const std::string& endpoint);
    // That may be asked.
    [[nodiscard]] std::size_t endpoints() const;
    // Names of those that are excluded, for people; empty where none is.
    [[nodiscard]] std::string excluded() const;
    // One that is excluded does not count as absent yet.
    [[nodiscard]] bool is_awaiting() const;
    [[nodiscard]] const std::string& name(std::size_t endpoint) const { return names_[endpoint]; }

 private:
    net::Reactor& reactor_;
    rpc::RpcClient& pool_;
    std::vector<std::string> names_;
    std::vector<std::unique_ptr<rpc::RpcClient>> clients_;  // None where the pool is of one.
    std::vector<std::optional<MonoTime>> excluded_at_;      // By endpoint.
    std::size_t next_ = 0;
};

}  // namespace sniperforge::app
