{{- define "acrida.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "acrida.fullname" -}}
{{- $name := include "acrida.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What a selector may hold: it can never be changed. */}}
{{- define "acrida.selector" -}}
app.kubernetes.io/name: {{ include "acrida.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "acrida.labels" -}}
{{ include "acrida.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "acrida.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "acrida.locustfileConfigMap" -}}
{{ .Values.loadtest.locustfileConfigMap | default (printf "%s-locustfile" (include "acrida.fullname" .)) }}
{{- end }}

{{- define "acrida.libConfigMap" -}}
{{ .Values.loadtest.libConfigMap | default (printf "%s-lib" (include "acrida.fullname" .)) }}
{{- end }}

{{/* The chart's example is a whole: its locustfile imports its lib. */}}
{{- define "acrida.isExample" -}}
{{- if not (or .Values.loadtest.locustfileConfigMap .Values.loadtest.files) }}yes{{ end }}
{{- end }}

{{- define "acrida.hasLib" -}}
{{- if or .Values.loadtest.libConfigMap .Values.loadtest.lib (include "acrida.isExample" .) }}yes{{ end }}
{{- end }}

{{/* Does the master have a page? */}}
{{- define "acrida.hasPage" -}}
{{- if or (eq .Values.mode "server") (not (kindIs "invalid" .Values.master.keepPage)) }}yes{{ end }}
{{- end }}
