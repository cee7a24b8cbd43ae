using System.Net;
using Wappa.Graph;

namespace Wappa.Tests;

/// <summary>The machine's proxy is one of this process, so these run beside no other test.</summary>
[Collection(nameof(ProxyTests))]
public class ProxyTests
{
    private static readonly Uri Proxy = new("http://proxy.invalid:3128");

    [Theory]
    [InlineData("http://localhost:9000/v25.0")]
    [InlineData("http://127.0.0.1:9000")]
    [InlineData("http://127.8.8.8")]
    [InlineData("http://[::1]:9000")]
    public void Proxy_OfLoopback_IsNone(string address)
    {
        var proxy = new ProxyExceptLoopback(new MachineProxy());

        proxy.IsBypassed(new(address)).ShouldBeTrue();
        proxy.GetProxy(new(address)).ShouldBeNull();
    }

    [Theory]
    [InlineData("https://graph.facebook.com/v25.0")]
    [InlineData("http://localhost.example")]
    [InlineData("http://10.0.0.1")]
    public void Proxy_OfAnythingElse_IsTheMachines(string address)
    {
        var proxy = new ProxyExceptLoopback(new MachineProxy());

        proxy.IsBypassed(new(address)).ShouldBeFalse();
        proxy.GetProxy(new(address)).ShouldBe(Proxy);
    }

    [Fact]
    public void Proxy_WhatTheMachineBypasses_StaysBypassed()
    {
        var proxy = new ProxyExceptLoopback(new MachineProxy { Exception = "intranet.example" });

        proxy.IsBypassed(new("http://intranet.example")).ShouldBeTrue();
        proxy.GetProxy(new("http://intranet.example")).ShouldBeNull();
    }

    [Fact]
    public void Credentials_AreTheMachines()
    {
        var machine = new MachineProxy();
        var credentials = new NetworkCredential("user", "password");

        new ProxyExceptLoopback(machine) { Credentials = credentials }.Credentials.ShouldBeSameAs(credentials);
        machine.Credentials.ShouldBeSameAs(credentials);
    }

    [Fact]
    public async Task Send_ToALocalStandIn_DoesNotLeaveTheMachine()
    {
        await using var stub = await GraphStub.StartAsync();
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new MachineProxy();
        try
        {
            using var client = stub.NewClient();
            IMessenger messenger = new GraphMessenger(client, null);

            var sent = await messenger.SendTextAsync("hi", Payloads.Mira, TestContext.Current.CancellationToken);

            sent.MessageId.ShouldBe("M");
            stub.Requests.Count.ShouldBe(1);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    private sealed class MachineProxy : IWebProxy
    {
        internal string? Exception { get; init; }

        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => Proxy;

        public bool IsBypassed(Uri host) => host.Host == Exception;
    }
}

/// <summary>Not beside other tests: they would send through the proxy of these.</summary>
[CollectionDefinition(nameof(ProxyTests), DisableParallelization = true)]
public class ProxyCollection;
