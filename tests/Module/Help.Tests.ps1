# What Get-Help shows: that it is there, whole, and of the cmdlets as they are.

BeforeDiscovery {
    Import-Module $env:SPARKAZURE_MODULE
    $cmdlets = (Get-Command -Module SparkAzure).Name
}

BeforeAll {
    Import-Module $env:SPARKAZURE_MODULE
    $common = [System.Management.Automation.Cmdlet]::CommonParameters
}

Describe 'Help of <_>' -ForEach $cmdlets {
    BeforeAll {
        $command = Get-Command $_
        $help = Get-Help $_ -Full
    }

    It 'has a synopsis, a description, inputs, outputs, notes and links' {
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match $command.Name
        $help.description.Text | Should -Not -BeNullOrEmpty
        $help.inputTypes.inputType | Should -Not -BeNullOrEmpty
        $help.returnValues.returnValue.type.name | Should -Be $command.OutputType.Name
        $help.alertSet.alert.Text | Should -Match '- Host: .*\n- Azure roles: .*\n- DSS: '
        $help.relatedLinks.navigationLink.linkText | Should -Not -BeNullOrEmpty
    }

    It 'explains every parameter, and no other' {
        $expected = $command.Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object
        $help.parameters.parameter.name | Sort-Object | Should -Be $expected
        foreach ($parameter in $help.parameters.parameter) {
            $parameter.description.Text | Should -Not -BeNullOrEmpty -Because "-$($parameter.name) needs a text"
        }
    }

    It 'shows the parameter sets that the cmdlet has' {
        $shown = $help.syntax.syntaxItem | ForEach-Object {
            ($_.parameter | ForEach-Object { "$($_.name):$($_.required):$($_.position)" } | Sort-Object) -join ' '
        }
        $is = $command.ParameterSets | ForEach-Object {
            ($_.Parameters | Where-Object Name -NotIn $common | ForEach-Object {
                $position = $_.Position -ge 0 ? $_.Position : 'named'
                "$($_.Name):$("$($_.IsMandatory)".ToLowerInvariant()):$position"
            } | Sort-Object) -join ' '
        }
        $shown | Sort-Object | Should -Be ($is | Sort-Object)
    }

    It 'has examples that parse and name only parameters that exist' {
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        foreach ($example in $help.examples.example) {
            $errors = $null
            $tree = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref]$null, [ref]$errors)
            $errors | Should -BeNullOrEmpty -Because $example.code
            $calls = $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
            foreach ($call in $calls) {
                $called = Get-Command $call.GetCommandName() -ErrorAction Ignore
                if ($called.Source -ne 'SparkAzure') { continue }
                foreach ($name in $call.CommandElements.ParameterName | Where-Object { $_ }) {
                    $called.Parameters.Keys | Should -Contain $name -Because $example.code
                }
            }
        }
    }

    It 'leaves no placeholder' {
        $help | Out-String | Should -Not -Match '\{\{|TODO|TBD|FIXME'
    }
}

Describe 'Topics' {
    It '<_> is found and fits 80 columns' -ForEach 'about_SparkAzure', 'about_SparkAzure_Errors' {
        $text = Get-Help $_
        $text | Should -Match "^TOPIC\n    $_\n"
        # Code is kept as it is written; prose is indented by at most six.
        ($text -split "`n" | Where-Object { $_ -notmatch '^ {7}' } | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual 80
    }
}

Describe 'Examples of the repository' {
    It '<_.Name> parses and calls the cmdlets with parameters that they have' -ForEach (Get-ChildItem "$PSScriptRoot/../../examples" -Filter *.ps1) {
        $errors = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseFile($_.FullName, [ref]$null, [ref]$errors)
        $errors | Should -BeNullOrEmpty
        $calls = $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
        foreach ($call in $calls | Where-Object { $_.GetCommandName() }) {
            $called = Get-Command $call.GetCommandName() -ErrorAction Ignore
            if ($called.Source -ne 'SparkAzure') { continue }
            foreach ($name in $call.CommandElements.ParameterName | Where-Object { $_ }) {
                $called.Parameters.Keys | Should -Contain $name
            }
        }
    }
}
