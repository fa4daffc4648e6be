using System.Net;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Sandbox.DssApi;

namespace SparkAzure.Core.Tests.Dss.SparkConfigs;

public sealed class SparkConfigApiTests
{
    private static readonly SparkConfigOptions Howto = new()
    {
        SparkMaster = "k8s://https://aks.example:443",
        Image = [new SparkImageName("acr.example/spark-py:t")],
        HadoopVersion = 3,
    };

    private readonly RecordingCaller _caller = new();

    [Fact]
    public async Task The_same_keys_are_set_and_the_rest_of_the_document_stays()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        var before = dss.GeneralSettings;

        var result = await SetAsync(dss);

        Assert.Equal((true, false), (result.Changed, result.RestartRequired));
        Assert.Equal(dss.Uri, result.Uri);
        var after = dss.GeneralSettings;
        var conf = after["sparkSettings"]!["executionConfigs"]![0]!["conf"]!.AsArray();
        Assert.Contains(conf, p => (string?)p!["key"] == "spark.master" && (string?)p["value"] == "k8s://https://aks.example:443");
        after["sparkSettings"]!["executionConfigs"]![0]!["conf"] = before["sparkSettings"]!["executionConfigs"]![0]!["conf"]!.DeepClone();
        after["sparkSettings"]!["executionConfigs"]![2]!["conf"] = before["sparkSettings"]!["executionConfigs"]![2]!["conf"]!.DeepClone();
        Assert.True(JsonNode.DeepEquals(before, after));

        Assert.False((await SetAsync(dss)).Changed);
        Assert.Single(dss.Requests, r => r.Method == "PUT");
    }

    [Fact]
    public async Task What_DSS_keeps_of_a_secret_is_said_and_not_what_it_was_told()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        var settings = dss.GeneralSettings;
        settings["sparkSettings"]!["executionConfigs"]![0]!["conf"]!.AsArray().Add(new JsonObject { ["key"] = "spark.ui.proxySecret", ["value"] = "", ["isFinal"] = false, ["secret"] = true });
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", dss.ApiKey);
        using var body = new StringContent(settings.ToJsonString());
        (await http.PutAsync(new Uri(dss.Uri, "/public/api/admin/general-settings"), body)).EnsureSuccessStatusCode();

        var result = await SparkConfig.SetAsync(
            Address(dss),
            new SparkConfigOptions { Property = new System.Collections.Hashtable { ["spark.ui.proxySecret"] = "s3cret" }, Force = true },
            _caller,
            CancellationToken.None);

        var read = Assert.Single(await SparkConfig.GetAsync(Address(dss), ["default"], _caller, CancellationToken.None));
        Assert.True(Assert.Single(read.Items, i => i.Key == "spark.ui.proxySecret").Encrypted);
        Assert.Equal(read.Items, result.Items);
    }

    [Fact]
    public async Task A_rehearsal_sends_no_change()
    {
        await using var dss = await DssApiStandIn.StartAsync();

        var planned = await SparkConfig.SetAsync(Address(dss), Howto, RecordingCaller.WhatIf(), CancellationToken.None);

        Assert.Equal((false, true), (planned.Changed, planned.Planned));
        Assert.All(dss.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Fact]
    public async Task A_save_by_somebody_else_in_between_is_not_overwritten()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        dss.SomebodyElseSavesAfterNextRead(settings => settings["maxRunningActivities"] = 77);

        var failure = await RefusedAsync(dss);

        Assert.Equal("DssSettingsConflict", failure.Id);
        Assert.DoesNotContain(dss.Requests, r => r.Method == "PUT");
        Assert.Equal(77, (int)dss.GeneralSettings["maxRunningActivities"]!);
        Assert.True((await SetAsync(dss)).Changed);
    }

    [Fact]
    public async Task A_key_that_dss_drops_in_silence_is_an_error_that_names_it()
    {
        await using (var dss = await DssApiStandIn.StartAsync(new DssApiOptions { UnknownPropertyFields = ["value"] }))
        {
            var failure = await RefusedAsync(dss);
            Assert.Equal("DssSettingNotKept", failure.Id);
            Assert.Contains("sparkSettings.executionConfigs[0].conf[", failure.Message, StringComparison.Ordinal);
        }

        await using (var dss = await DssApiStandIn.StartAsync(new DssApiOptions { UnknownKeys = ["customSettingOfThisSite"] }))
        {
            Assert.Contains("customSettingOfThisSite", (await RefusedAsync(dss)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_wrong_key_and_a_key_without_the_right_are_told_apart()
    {
        await using var dss = await DssApiStandIn.StartAsync();

        var wrong = await RefusedAsync(dss, "not-a-key");
        Assert.Equal(("DssApiKeyRefused", ErrorKind.AuthenticationFailed), (wrong.Id, wrong.Kind));
        var limited = await RefusedAsync(dss, dss.LimitedApiKey);
        Assert.Equal(("DssApiForbidden", ErrorKind.PermissionDenied), (limited.Id, limited.Kind));

        // DSS answers 401 to a lacking right too; its exception tells.
        dss.FailNext(new DssApiFault(401, "application/json", """{"errorType":"com.dataiku.dip.exceptions.UnauthorizedException","message":"no"}"""));
        Assert.Equal("DssApiForbidden", (await RefusedAsync(dss)).Id);
        dss.FailNext(new DssApiFault(401, "text/plain", "Unauthorized"));
        Assert.Equal("DssApiKeyRefused", (await RefusedAsync(dss)).Id);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>sign in</html>", "DssApiAnswerUnexpected")]
    [InlineData(200, "application/json", "{\"sparkSettings\":", "SettingsNotJson")]
    [InlineData(302, "text/html", "", "DssApiAnswerUnexpected")]
    [InlineData(404, "text/html", "<html>", "DssApiNotFound")]
    [InlineData(400, "application/json", "{\"errorType\":\"java.lang.IllegalArgumentException\",\"message\":\"Bad reference\"}", "DssApiFailed")]
    [InlineData(200, "text/plain", "OK", "DssApiAnswerUnexpected")]
    [InlineData(401, "text/html", "<html>sign in to the proxy</html>", "DssApiAnswerUnexpected")]
    [InlineData(403, "text/html", "<html>blocked by the firewall</html>", "DssApiAnswerUnexpected")]
    [InlineData(400, "text/html", "<html>The plain HTTP request was sent to HTTPS port</html>", "DssApiAnswerUnexpected")]
    [InlineData(403, "application/json", "{\"errorType\":\"com.dataiku.X\",\"message\":\"DSS API is not available with your Free Edition license\"}", "DssApiNotLicensed")]
    [InlineData(500, "application/json", "{\"errorType\":\"java.lang.NullPointerException\",\"message\":\"x\"}", "DssApiFailed")]
    public async Task Strange_answers_become_clear_errors(int status, string type, string body, string id)
    {
        await using var dss = await DssApiStandIn.StartAsync();
        dss.FailNext(new DssApiFault(status, type, body));

        Assert.Equal(id, (await RefusedAsync(dss)).Id);
        Assert.Single(dss.Requests);
    }

    [Fact]
    public async Task Reads_are_repeated_while_a_gateway_says_so_and_not_for_ever()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        var pauses = new List<TimeSpan>();
        using var settings = new DssSettingsApi(dss.Uri, Secret.Of(dss.ApiKey), false, _caller, (pause, _) =>
        {
            pauses.Add(pause);
            return Task.CompletedTask;
        });
        dss.FailNext(DssApiFault.BadGateway);
        dss.FailNext(new DssApiFault(429, "text/plain", "slow down", RetryAfter: 7));
        dss.FailNext(DssApiFault.ErrorPage);
        Assert.NotNull((await settings.ReadGeneralSettingsAsync(CancellationToken.None)).Root["sparkSettings"]);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(4)], pauses);

        for (var i = 0; i < 4; i++)
        {
            dss.FailNext(DssApiFault.BadGateway);
        }

        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => settings.ReadGeneralSettingsAsync(CancellationToken.None));
        Assert.Equal("DssUnavailable", failure.Id);
        Assert.Equal(8, dss.Requests.Count);
    }

    [Fact]
    public async Task A_change_is_sent_once_only()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        using var settings = new DssSettingsApi(dss.Uri, Secret.Of(dss.ApiKey), false, _caller, (_, _) => Task.CompletedTask);
        var read = await settings.ReadGeneralSettingsAsync(CancellationToken.None);
        dss.FailNextChange(DssApiFault.BadGateway);

        var failure = await Assert.ThrowsAsync<SparkAzureException>(() =>
            settings.ChangeGeneralSettingsAsync(read, now => now.Replace(now.Root["maxRunningActivities"]!, 9), CancellationToken.None));

        Assert.Equal("DssUnavailable", failure.Id);
        Assert.Single(dss.Requests, r => r.Method == "PUT");
        Assert.Equal(5, (int)dss.GeneralSettings["maxRunningActivities"]!);
    }

    [Fact]
    public async Task Nobody_there_is_an_error_and_stopping_is_not()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var uri = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        using var stop = new CancellationTokenSource();
        var waiting = SparkConfig.SetAsync(new DssAddress { Uri = uri, ApiKey = Secret.Of("k") }, Howto, _caller, stop.Token);
        using (await listener.AcceptTcpClientAsync())
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        listener.Stop();
        var failure = await Assert.ThrowsAsync<SparkAzureException>(
            () => SparkConfig.SetAsync(new DssAddress { Uri = uri, ApiKey = Secret.Of("k") }, Howto, _caller, CancellationToken.None));
        Assert.Equal("DssUnavailable", failure.Id);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_refused_unless_the_caller_says_otherwise()
    {
        await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { Https = true });

        var failure = await RefusedAsync(dss);
        Assert.Equal("DssCertificateNotTrusted", failure.Id);
        Assert.Contains("nobody whom this machine trusts", failure.Message, StringComparison.Ordinal);
        Assert.Contains("-SkipCertificateCheck", failure.Remedy, StringComparison.Ordinal);
        Assert.Empty(dss.Requests);

        var trusting = Address(dss) with { SkipCertificateCheck = true };
        Assert.True((await SparkConfig.SetAsync(trusting, Howto, _caller, CancellationToken.None)).Changed);
    }

    [Theory]
    [InlineData("https://dss.example/login/?from=canary", "https://dss.example/login/")]
    [InlineData("/dss/login?from=canary", "/dss/login")]
    public async Task A_redirect_is_not_followed_and_its_goal_is_named(string location, string named)
    {
        await using var dss = await DssApiStandIn.StartAsync();
        dss.FailNext(new DssApiFault(302, "text/html", "", Location: location));

        var failure = await RefusedAsync(dss);

        Assert.Equal("DssApiAnswerUnexpected", failure.Id);
        Assert.Contains($"a redirect to {named}.", failure.Message, StringComparison.Ordinal);
        Assert.Single(dss.Requests);
    }

    [Fact]
    public async Task Https_at_an_address_that_speaks_http_is_not_called_a_matter_of_certificates()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        var address = new DssAddress { Uri = new UriBuilder(dss.Uri) { Scheme = "https" }.Uri, ApiKey = Secret.Of("k") };

        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => SparkConfig.SetAsync(address, Howto, _caller, CancellationToken.None));

        Assert.Equal("DssUnavailable", failure.Id);
        Assert.Contains("does not speak TLS", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_before_the_api_is_kept()
    {
        await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { BasePath = "/tools/dss" });

        Assert.True((await SetAsync(dss)).Changed);
        Assert.All(dss.Requests, r => Assert.StartsWith("/tools/dss/public/api/", r.Url, StringComparison.Ordinal));
        var full = Address(dss) with { Uri = new Uri(dss.Uri + "/public/api/") };
        Assert.False((await SparkConfig.SetAsync(full, Howto, _caller, CancellationToken.None)).Changed);
    }

    [Theory]
    [InlineData("5.1.3", false)]
    [InlineData("6.0.5", true)]
    [InlineData("9.0.5", true)]
    [InlineData("12.4.0", true)]
    [InlineData("14.5.1", true)]
    [InlineData("15.0.2", true)]
    public async Task Old_and_new_DSS_are_told_by_what_they_answer(string version, bool managed)
    {
        await using var dss = await DssApiStandIn.StartAsync(new DssApiOptions { Version = version });

        var result = await SetAsync(dss);

        Assert.Equal((true, version), (result.Changed, result.DssVersion));
        Assert.Equal(managed, result.Notes.Any(n => n.Contains($"DSS {version} has managed Spark on Kubernetes", StringComparison.Ordinal)));
        var said = _caller.Warnings.Count;
        Assert.Equal(managed, _caller.Warnings.Any(w => w.Contains("has managed Spark on Kubernetes", StringComparison.Ordinal)));
        Assert.Equal(managed, dss.GeneralSettings["sparkSettings"]!["executionConfigs"]![2]!["kubernetesSettings"] is not null);
        Assert.False((await SetAsync(dss)).Changed);
        Assert.Equal(said, _caller.Warnings.Count);
    }

    [Fact]
    public async Task A_newer_DSS_that_takes_the_key_as_bearer_only_gets_it_so_and_an_older_one_is_not_tried()
    {
        await using (var dss = await DssApiStandIn.StartAsync(new DssApiOptions { Version = "14.4.3", BearerOnly = true }))
        {
            Assert.True((await SetAsync(dss)).Changed);
            Assert.Single(dss.Requests, r => r.Status == 401);
            Assert.Equal("DssApiKeyRefused", (await RefusedAsync(dss, "wrong")).Id);
            Assert.Equal("DssApiForbidden", (await RefusedAsync(dss, dss.LimitedApiKey)).Id);
        }

        await using (var dss = await DssApiStandIn.StartAsync(new DssApiOptions { Version = "9.0.5" }))
        {
            Assert.Equal("DssApiKeyRefused", (await RefusedAsync(dss, "wrong")).Id);
            Assert.Single(dss.Requests);
        }
    }

    [Fact]
    public async Task What_DSS_would_lose_by_a_forced_removal_it_refuses_itself()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        var before = dss.GeneralSettings;

        var failure = await Assert.ThrowsAsync<SparkAzureException>(
            () => SparkConfig.RemoveAsync(Address(dss), new SparkConfigRemoval { Name = "default", Force = true }, _caller, CancellationToken.None));

        Assert.Equal("DssApiFailed", failure.Id);
        Assert.Contains("Unknown Spark configuration: default", failure.Message, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(before, dss.GeneralSettings));
    }

    [Theory]
    [InlineData("ftp://dss.example")]
    [InlineData("http://canary@dss.example")]
    [InlineData("http://dss.example?key=canary")]
    public async Task An_address_that_cannot_be_used_is_refused_without_being_repeated(string uri)
    {
        var failure = await Assert.ThrowsAsync<SparkAzureException>(
            () => SparkConfig.SetAsync(new DssAddress { Uri = new Uri(uri), ApiKey = Secret.Of("k") }, Howto, _caller, CancellationToken.None));

        Assert.Equal("DssUriInvalid", failure.Id);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stand_in_takes_the_key_in_each_of_the_three_ways()
    {
        await using var dss = await DssApiStandIn.StartAsync();
        using var http = new HttpClient();
        foreach (var header in new[] { "Bearer " + dss.ApiKey, "Basic " + Base64(dss.ApiKey + ":"), "Basic " + Base64(":" + dss.ApiKey) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(dss.Uri, "/public/api/auth/info"));
            request.Headers.TryAddWithoutValidation("Authorization", header);
            using var response = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("5.1.3", response.Headers.GetValues("DSS-Version").Single());
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private static DssAddress Address(DssApiStandIn dss, string? key = null) => new() { Uri = dss.Uri, ApiKey = Secret.Of(key ?? dss.ApiKey) };

    private Task<DssSparkConfig> SetAsync(DssApiStandIn dss) => SparkConfig.SetAsync(Address(dss), Howto, _caller, CancellationToken.None);

    private Task<SparkAzureException> RefusedAsync(DssApiStandIn dss, string? key = null) =>
        Assert.ThrowsAsync<SparkAzureException>(() => SparkConfig.SetAsync(Address(dss, key), Howto, _caller, CancellationToken.None));
}
