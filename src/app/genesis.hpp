// SPDX-License-Identifier: MIT
// Whose chain each endpoint serves. The pool mixes the answers of all its endpoints and sends to
// all of them, so it uses those alone that have said it, and all the same. One that cannot be asked
// keeps nobody from starting: it is asked again until it has told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::app {

struct EndpointGenesis {
    std::string endpoint;
    rpc::RpcResult<Hash> hash;
};

// Asks every endpoint by itself, whatever its role, again and again until it has told.
class GenesisReader {
 public:
    // `before`: an earlier reading; who has told in it is not asked again.
    GenesisReader(net::Reactor& reactor, std::vector<rpc::Endpoint> endpoints, Duration timeout,
                  const std::vector<EndpointGenesis>& before = {});
    ~GenesisReader();
    GenesisReader(const GenesisReader&) = delete;
    GenesisReader& operator=(const GenesisReader&) = delete;

    // Calls `heard` at each answer and each failure. Not to be destroyed from inside it.
    void start(std::function<void()> heard);
    // In the order of the configuration; who has not told has the error of the last attempt.
    [[nodiscard]] const std::vector<EndpointGenesis>& answers() const { return answers_; }
    // All have told; or enough to read from and to send to have, and the others had their time.
    [[nodiscard]] bool is_settled() const;
    // Calls `admit` with each endpoint that has told this hash, and with those that do so later;
    // says who has not. Who tells another one is never used. Not from inside `heard`, which is
    // called no more.
    void keep_to(const Hash& genesis, std::function<void(const std::string& endpoint)> admit);

 private:
    struct Asked {
        std::unique_ptr<rpc::RpcClient> client;  // Null once it has told.
        rpc::EndpointRole role = rpc::EndpointRole::Both;
        net::TimerId timer = 0;
        Duration pause{0};  // Before it is asked again.
    };
    void ask(std::size_t index);
    void on_answer(std::size_t index, rpc::RpcResult<Hash> hash);
    void judge(std::size_t index);
    // By one of another role, if there is any.
    [[nodiscard]] bool is_told_besides(rpc::EndpointRole role) const;

    net::Reactor& reactor_;
    std::vector<Asked> asked_;
    std::vector<EndpointGenesis> answers_;
    MonoTime started_at_;
    std::function<void()> heard_;
    Hash genesis_;
    std::function<void(const std::string&)> admit_;  // Empty before keep_to().
};

// The genesis hash of Solana mainnet-beta.
[[nodiscard]] bool is_mainnet(const Hash& genesis);

// Nothing when all of them tell one hash, or do not tell; else which endpoints tell which.
[[nodiscard]] Result<void> check_one_chain(const std::vector<EndpointGenesis>& answers);
// Empty when all of them tell; else who does not, and why.
[[nodiscard]] std::string untold(const std::vector<EndpointGenesis>& answers);
// The hash of the first that has told; zero when none has.
[[nodiscard]] Hash genesis_of(const std::vector<EndpointGenesis>& answers);

// What the endpoints have told of their chain, which is one.
struct ChainTold {
    Hash genesis;
    std::vector<EndpointGenesis> answers;
};
// Asks all of them on a reactor of its own, until it is settled or `patience` is over.
[[nodiscard]] Result<ChainTold> read_chain(const std::vector<rpc::Endpoint>& endpoints,
                                           Duration timeout, Duration patience);

// A pool that uses no endpoint but those that have told the genesis, on a loop of its own.
class GuardedPool {
 public:
    // `told`: before, by these very endpoints.
    GuardedPool(net::Reactor& reactor, rpc::RpcClient& rpc, std::vector<rpc::Endpoint> endpoints,
                Duration timeout, const ChainTold& told);

 private:
    GenesisReader genesis_;
};

}  // namespace sniperforge::app
