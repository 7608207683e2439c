// SPDX-License-Identifier: MIT
#include "sniperforge/app/cli.hpp"

int main(int argc, char** argv) { return sniperforge::app::run_cli(argc, argv); }
