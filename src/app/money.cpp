// SPDX-License-Identifier: MIT
#include "app/money.hpp"

#include "app/endpoints.hpp"
#include "app/signer_process.hpp"

namespace sniperforge::app {

RealMoney::RealMoney(net::Reactor& reactor, rpc::RpcClient& client, Parts parts,
                     execute::Lanes& lanes, const config::Settings& settings,
                     engine::Pipeline& pipeline, engine::RecordKeeper& records, EarlierRuns earlier,
                     const Shadow& beside)
    : jupiter{std::move(parts.quotes)},
      signer{std::move(parts.wallet), signing_limits(settings)},
      shadow{{.clock = reactor,
              .book = pipeline.book(),
              .events = pipeline,
              .is_feed_lost = [&feed = beside.feed] { return feed.is_blind(); },
              .write = [&recorder = beside.recorder](
                           const OrderOnPaper& order) { (void)recorder.record_on_paper(order); }},
             settings.execution,
             settings.paper,
             beside.seed},
      executor{{reactor, client, *jupiter, signer, pipeline.book(), shadow, &lanes},
               settings.execution},
      reconciler{reactor,
                 client,
                 pipeline,
                 executor,
                 signer.own_accounts(),
                 records,
                 BalanceReader{reactor, client, endpoints_of(settings.network),
                               settings.network.request_timeout},
                 std::move(earlier)} {
    shadow.stand_before(executor);
}

void RealMoney::know_accounts(const portfolio::Portfolio& books) {
    for (const PositionView& position : books.positions()) {
        shadow.know_account(position.mint);
    }
    for (const Residue& residue : books.residues()) {
        shadow.know_account(residue.mint);
    }
}

}  // namespace sniperforge::app
