using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wappa.Emulator.Tests;

/// <summary>What WhatsApp refuses is refused here, whatever client wrote it, in Meta's envelope.</summary>
public class GraphLimitTests
{
    public static TheoryData<int, string> Refused() => new()
    {
        { 100, "not json" },
        { 100, "[]" },
        { 100, "{}" },
        { 100, """{"messaging_product":"whatsapp","to":null,"type":"text","text":{"body":"hi"}}""" },
        { 100, """{"to":5,"type":"text","text":{"body":"hi"}}""" },
        { 100, """{"to":"nobody","type":"text","text":{"body":"hi"}}""" },
        { 100, """{"type":"text","text":{"body":""}}""" },
        { 100, """{"type":"text","text":"hi"}""" },
        { 131008, """{"type":"text","text":{}}""" },
        { 100, """{"type":"text","text":{"body":"LONG4097"}}""" },
        { 100, """{"type":"dance","dance":{}}""" },
        { 100, """{"type":"text","text":{"body":"hi"},"biz_opaque_callback_data":"LONG513"}""" },
        { 100, """{"type":"image","image":{"id":"1"}}""" },
        { 131008, """{"type":"image","image":{"caption":"x"}}""" },
        { 100, """{"type":"image","image":{"link":"file:///etc"}}""" },
        { 100, """{"type":"image","image":{"link":"https://x.example/a.jpg","caption":"LONG1025"}}""" },
        { 100, """{"type":"audio","audio":{"link":"https://x.example/a.ogg","caption":"x"}}""" },
        { 100, """{"type":"location","location":{"latitude":91,"longitude":0}}""" },
        { 131008, """{"type":"location","location":{"latitude":9}}""" },
        { 100, """{"type":"contacts","contacts":[]}""" },
        { 100, """{"type":"contacts","contacts":[{"name":{"formatted_name":"x"}}]}""" },
        { 131008, """{"type":"reaction","reaction":{"message_id":"x"}}""" },
        { 100, """{"type":"reaction","reaction":{"message_id":"x","emoji":"x"},"context":{"message_id":"y"}}""" },
        { 100, Interactive("button", """{"buttons":[BTN(a),BTN(b),BTN(c),BTN(d)]}""") },
        { 100, Interactive("button", """{"buttons":[BTN(a),BTN(a)]}""") },
        { 100, Interactive("button", """{"buttons":[]}""") },
        { 100, Interactive("button", """{"buttons":[BTN(LONG257)]}""") },
        { 100, Interactive("button", """{"buttons":[BTN(a)]}""", body: "LONG1025") },
        { 100, Interactive("button", """{"buttons":[BTN(a)]}""", footer: "LONG61") },
        { 100, Interactive("list", """{"button":"LONG21","sections":[{"rows":[{"id":"a","title":"A"}]}]}""") },
        { 100, Interactive("list", """{"button":"b","sections":[{"rows":[{"id":"a","title":"LONG25"}]}]}""") },
        { 100, Interactive("list", """{"button":"b","sections":[{"rows":[{"id":"a","title":"A","description":"LONG73"}]}]}""") },
        { 131008, Interactive("list", """{"button":"b","sections":[{"rows":[{"id":"a","title":"A"}]},{"rows":[{"id":"b","title":"B"}]}]}""") },
        { 100, Interactive("list", """{"button":"b","sections":[{"rows":[{"id":"a","title":"A"},{"id":"a","title":"A"}]}]}""") },
        { 100, Interactive("cta_url", """{"name":"cta_url","parameters":{"display_text":"x","url":"nowhere"}}""") },
        { 100, Interactive("cta_url", """{"name":"cta_url","parameters":{"display_text":"LONG21","url":"https://x.example"}}""") },
        { 100, Interactive("location_request_message", """{"name":"cta_url"}""") },
        { 100, Interactive("flow", """{"name":"flow","parameters":{"flow_message_version":"3","flow_cta":"x"}}""") },
        { 100, Interactive("carousel", """{"cards":[]}""") },
        { 100, Interactive("hologram", "{}") },
        { 131008, """{"type":"template","template":{"name":"x"}}""" },
        { 100, """{"type":"template","template":{"name":"x","language":{"code":"en"},"components":[{"type":"button","sub_type":"dance","index":"0"}]}}""" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Post_WhatWhatsAppRefuses_IsRefusedWithItsCode(int code, string body)
    {
        using var rig = new Rig();
        await rig.SayAsync();

        var (status, answer) = await rig.PostAsync(Complete(body, rig.Mira.Phone));

        status.ShouldBe(HttpStatusCode.BadRequest);
        var error = answer.GetProperty("error");
        error.GetProperty("code").GetInt32().ShouldBe(code, answer.ToString());
        error.GetProperty("fbtrace_id").GetString().ShouldNotBeNullOrEmpty();
        rig.Local.World.MessagesOf(Rig.NumberId, rig.Mira.Id).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Upload_OfATypeWhatsAppDoesNotTake_IsRefused()
    {
        using var rig = new Rig();
        var file = new ByteArrayContent([1]);
        file.Headers.ContentType = new("image/tiff");
        using var form = new MultipartFormDataContent { { new StringContent("whatsapp"), "messaging_product" }, { file, "file", "a.tiff" } };

        using var answer = await rig.Graph.PostAsync($"/v25.0/{Rig.NumberId}/media", form);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Download_AfterFiveMinutes_FindsNothing()
    {
        using var rig = new Rig();
        var file = rig.Local.Media.Add("image/png", null, [1, 2]);
        var info = JsonElement.Parse(await rig.Graph.GetByteArrayAsync($"/v25.0/{file.Id}"));
        var url = info.GetProperty("url").GetString();
        (await rig.Graph.GetByteArrayAsync(url)).ShouldBe([1, 2]);

        rig.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        using var late = await rig.Graph.GetAsync(url);

        late.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static string Interactive(string type, string action, string body = "x", string footer = "f") =>
        $$$"""
        {"type":"interactive","interactive":{"type":"{{{type}}}","body":{"text":"{{{body}}}"},"footer":{"text":"{{{footer}}}"},
        "action":{{{action}}} }}
        """;

    // LONG9 becomes nine letters, BTN(a) a reply button with that id and title "T" plus it; what every message has is added.
    private static string Complete(string body, string phone)
    {
        body = System.Text.RegularExpressions.Regex.Replace(
            body, @"BTN\((\w+)\)", match => $$$"""{"type":"reply","reply":{"id":"{{{match.Groups[1]}}}","title":"T{{{match.Groups[1].Value[..1]}}}"}}""");
        body = System.Text.RegularExpressions.Regex.Replace(
            body, @"LONG(\d+)", match => new string('x', int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)));
        if (!body.StartsWith('{') || body is "{}" || JsonNode.Parse(body) is not JsonObject fields) return body;
        if (fields.ContainsKey("messaging_product")) fields.Remove("to");
        else
        {
            fields["messaging_product"] = "whatsapp";
            fields["to"] ??= phone;
        }

        return fields.ToJsonString();
    }
}
