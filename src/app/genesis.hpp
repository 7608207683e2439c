// SPDX-License-Identifier: MIT
// Whose chain each endpoint serves. The pool mixes the answers of all its endpoints and sends to
// all of them, so each must have said it, and all the same.
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

// Asks every endpoint by itself, whatever its role.
class GenesisReader {
 public:
    GenesisReader(net::Reactor& reactor, std::vector<rpc::Endpoint> endpoints, Duration timeout);

    // Calls `done` once per call, when all have answered or failed; in the order of the
    // configuration. Not before the last call is done; not to be destroyed from inside `done`.
    void read(std::function<void(std::vector<EndpointGenesis>)> done);

 private:
    std::vector<std::string> names_;
    std::vector<std::unique_ptr<rpc::RpcClient>> clients_;
    std::vector<EndpointGenesis> answers_;
    std::size_t outstanding_ = 0;
    std::function<void(std::vector<EndpointGenesis>)> done_;
};

// The genesis hash of Solana mainnet-beta.
[[nodiscard]] bool is_mainnet(const Hash& genesis);

// Nothing when all of them tell one hash, or do not tell; else which endpoints tell which.
[[nodiscard]] Result<void> check_one_chain(const std::vector<EndpointGenesis>& answers);
// Asks all of them on a reactor of its own, again and again until each has told or `patience` is
// over: the chain that they all serve.
[[nodiscard]] Result<Hash> read_chain(const std::vector<rpc::Endpoint>& endpoints, Duration timeout,
                                      Duration patience);
// Empty when all of them tell; else who does not, and why.
[[nodiscard]] std::string untold(const std::vector<EndpointGenesis>& answers);

}  // namespace sniperforge::app
