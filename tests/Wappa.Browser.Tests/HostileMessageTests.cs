using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>Whatever a bot or a customer writes, the page shows it as text: nothing of it becomes markup, a script or a foreign request.</summary>
public class HostileMessageTests(OpenChat chat) : IClassFixture<OpenChat>
{
    private const string Attack = "<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>";

    public static TheoryData<string> Texts =>
    [
        Attack,
        "*<b onmouseover=alert(1)>bold</b>* _<i>_ ~</s>~ ```</code><script>alert(1)</script>```",
        "> </blockquote><script>alert(1)</script>\n- </li><img src=x onerror=alert(1)>",
        "https://evil.example/\"onmouseover=\"alert(1) https://evil.example/'><script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;img src=x onerror=alert(1)&#x3e;",
        "{{constructor.constructor('alert(1)')()}} ${alert(1)} `${alert(1)}`",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Text_OfMarkup_IsShownAsText(string text)
    {
        var id = await chat.Bot.SendTextAsync(text);

        var bubble = chat.Page.Bubble(id);
        await Assertions.Expect(bubble).ToBeVisibleAsync();
        (await bubble.Locator("img, script, svg[onload], b, i, iframe, object").CountAsync()).ShouldBe(0);
        await NothingRanAsync();
    }

    [Fact]
    public async Task Text_WithScriptLinks_LinksNone()
    {
        var id = await chat.Bot.SendTextAsync(
            "javascript:alert(1) JaVaScRiPt:alert(1) data:text/html,<script>alert(1)</script> vbscript:x file:///etc/passwd //evil.example");

        await Assertions.Expect(chat.Page.Bubble(id)).ToContainTextAsync("javascript:alert(1)");
        (await chat.Page.Bubble(id).Locator("a").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task LinkButton_ToAScript_IsNotOffered()
    {
        var id = await chat.Bot.SendAsync(Interactive("""
            {"type":"cta_url","body":{"text":"Look"},"action":{"name":"cta_url","parameters":
              {"display_text":"Open","url":"https://evil.example/javascript:alert(1)"}}}
            """));

        await chat.Page.Bubble(id).Locator(".row-button").ClickAsync();

        await Assertions.Expect(chat.Page.Dialog).ToContainTextAsync("https://evil.example/javascript:alert(1)");
        await Assertions.Expect(chat.Page.Dialog.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("rel", "noopener noreferrer");
        await chat.Page.Page.Keyboard.PressAsync("Escape");
        await NothingRanAsync();
    }

    [Fact]
    public async Task Names_WithMarkupAndBidiControls_AreShownAsTheyAre()
    {
        var id = await chat.Bot.SendAsync(new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["type"] = "document",
            ["document"] = new JsonObject { ["link"] = "https://evil.example/a", ["filename"] = $"invoice\u202Efdp.exe{Attack}" },
        });

        var name = chat.Page.Bubble(id).Locator(".document-name bdi");
        await Assertions.Expect(name).ToContainTextAsync("invoicefdp.exe<img");
        await NothingRanAsync();
    }

    [Fact]
    public async Task Text_WithBidiControls_KeepsThemInsideItsLine()
    {
        var id = await chat.Bot.SendTextAsync("safe \u202Edesrever\nnext line");

        var lines = chat.Page.Bubble(id).Locator(".text .line");
        await Assertions.Expect(lines).ToHaveCountAsync(2);
        (await lines.First.EvaluateAsync<string>("line => getComputedStyle(line).unicodeBidi")).ShouldBe("isolate");
    }

    [Fact]
    public async Task Customer_NamedByMarkup_IsShownAsText()
    {
        using var answer = await chat.Bot.Api.PostAsJsonAsync("customers", new { name = Attack[..60], phone = "15550100066" });
        answer.EnsureSuccessStatusCode();

        var names = chat.Page.Page.Locator(".conversation .name");
        await names.Filter(new() { HasText = "<img src=x" }).ClickAsync();
        await chat.Page.AskAsync("menu");
        await names.Filter(new() { HasText = RunningBot.Customer }).ClickAsync();
        await NothingRanAsync();
    }

    [Fact]
    public async Task Exchange_OfAHostileMessage_IsShownAsText()
    {
        await chat.Bot.SendTextAsync(Attack);

        await chat.Page.OpenTabAsync("Wire");
        await chat.Page.Page.Locator(".exchange", new() { HasText = "send text" }).First.ClickAsync();

        await Assertions.Expect(chat.Page.Page.Locator(".wire-detail .json").First).ToContainTextAsync("<img src=x onerror=alert(1)>");
        await NothingRanAsync();
    }

    // Foreign markup would have been an element with a handler, a dialog, or a request to another host.
    private async Task NothingRanAsync()
    {
        var foreign = await chat.Page.Page.EvaluateAsync<string[]>("""
            () => [
              ...[...document.querySelectorAll('*')]
                .filter(element => [...element.attributes].some(attribute => attribute.name.startsWith('on')))
                .map(element => element.outerHTML),
              ...[...document.querySelectorAll('a')].map(link => link.href).filter(href => !/^https?:|#/.test(href)),
              ...performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith(location.origin)),
            ]
            """);
        foreign.ShouldBeEmpty();
        chat.Page.Errors.ShouldBeEmpty();
    }

    private static JsonObject Interactive(string json) => new()
    {
        ["messaging_product"] = "whatsapp",
        ["type"] = "interactive",
        ["interactive"] = JsonNode.Parse(json),
    };
}
