// SPDX-License-Identifier: MIT
#include "app/money.hpp"

#include "app/endpoints.hpp"
#include "app/signer_process.hpp"

namespace sniperforge::app {

RealMoney::RealMoney(net::Reactor& reactor, rpc::RpcClient& client, Parts parts,
                     execute::Lanes& lanes, const config::Settings& settings,
                     engine::Pipeline& pipeline, engine::RecordKeeper& records, EarlierRuns earlier)
    : jupiter{std::move(parts.quotes)},
      signer{std::move(parts.wallet), signing_limits(settings)},
      executor{{reactor, client, *jupiter, signer, pipeline.book(), pipeline, &lanes},
               settings.execution},
      reconciler{reactor,
                 client,
                 pipeline,
                 executor,
                 signer.own_accounts(),
                 records,
                 BalanceReader{reactor, client, endpoints_of(settings.network),
                               settings.network.request_timeout},
                 std::move(earlier)} {}

}  // namespace sniperforge::app
