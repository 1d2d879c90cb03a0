//! Atrium: one front door to everything an organisation learns from. ARCHITECTURE.md is the map of this house.
#![recursion_limit = "256"]

pub mod base;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod platform;

pub mod directory;
pub mod identity;
pub mod notify;

pub mod catalog;
pub mod records;
pub mod sources;

pub mod playlists;

pub mod recommend;

pub mod insights;

pub mod privacy;

pub mod admin;

pub mod pages;

pub mod app;
#[cfg(feature = "ssr")]
pub mod server;

#[cfg(feature = "ssr")]
pub mod demo;

#[cfg(feature = "ssr")]
pub mod cli;

#[cfg(test)]
mod house_test;
